"""What customers name is kept with the reason it belongs to, found again, shown, exported and erased."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot.conversations.data_requests import DataRequests
from bot.conversations.echoes import EchoService
from bot.conversations.interviews import InterviewService
from bot.retention.facts import FactKind
from bot.retention.interview import Question
from bot.retention.reading import Reading
from bot.retention.reasons import Reason
from bot.storage.tables import ExitInterview, StatedFact, StatedReason
from bot.storage.unit_of_work import Database
from bot.storage.views import read_transcript
from bot.storage.views.facts import list_named
from bot.storage.views.interviews import read_interviews
from tests.conftest import FixedClock
from tests.interviews import FakeClassifier, add_conversation, say

WHY = "moved to Porto in March, and it was £20 a month without evening classes"
FOUND = {
    "Porto": FactKind.PLACE,
    "March": FactKind.TIME,
    "£20": FactKind.AMOUNT,
    "evening classes": FactKind.FEATURE,
    "Aberdeen": FactKind.PLACE,
    "Evening Class": FactKind.FEATURE,
}
REASONS = {Reason.RELOCATION: 0.9, Reason.PRICE: 0.7, Reason.MISSING_FEATURES: 0.6}


@pytest.fixture
def service(database: Database, clock: FixedClock) -> InterviewService:
    known = {WHY: REASONS, "no Evening Class": {Reason.MISSING_FEATURES: 0.9}, "moving": {Reason.RELOCATION: 0.9}}
    return InterviewService(database, FakeClassifier(known, facts=FOUND), clock)


def answer(
    service: InterviewService,
    database: Database,
    clock: FixedClock,
    words: str,
    question: Question = Question.REASON,
    conversation: str = "c1",
    *,
    replacing: bool = False,
) -> None:
    message = say(database, clock(), words, conversation_id=conversation)
    service.record_answer(conversation, question, Reading(), words, message, replacing=replacing)


def begin(
    service: InterviewService, database: Database, clock: FixedClock, conversation: str = "c1", *, trial: bool = False
) -> None:
    add_conversation(database, clock(), conversation, trial=trial)
    service.begin(conversation)


def kept(database: Database) -> list[tuple[Reason, FactKind, str, int, int]]:
    with database.read() as work:
        rows = work.session.execute(
            sa.select(StatedReason.label, StatedFact.kind, StatedFact.text, StatedFact.start, StatedFact.end)
            .join(StatedFact, StatedFact.reason_id == StatedReason.id)
            .order_by(StatedFact.id)
        )
        return [tuple(row) for row in rows]


def test_what_a_customer_names_is_kept_with_the_reason_it_belongs_to(
    service: InterviewService, database: Database, clock: FixedClock
) -> None:
    begin(service, database, clock)
    answer(service, database, clock, WHY)
    found = kept(database)
    assert [(label, kind, text) for label, kind, text, _, _ in found] == [
        (Reason.RELOCATION, FactKind.PLACE, "Porto"),
        (Reason.RELOCATION, FactKind.TIME, "March"),
        (Reason.PRICE, FactKind.AMOUNT, "£20"),
        (Reason.MISSING_FEATURES, FactKind.FEATURE, "evening classes"),
    ]
    assert all(WHY[start:end] == text for _, _, text, start, end in found)


def test_a_customer_who_is_asked_where_to_need_only_name_it(
    service: InterviewService, database: Database, clock: FixedClock
) -> None:
    begin(service, database, clock)
    answer(service, database, clock, "moving")
    answer(service, database, clock, "to Aberdeen", Question.PROBE)
    assert kept(database)[-1] == (Reason.RELOCATION, FactKind.PLACE, "Aberdeen", 3, 11)


def test_a_customer_who_takes_an_answer_back_takes_back_what_it_named(
    service: InterviewService, database: Database, clock: FixedClock
) -> None:
    begin(service, database, clock)
    answer(service, database, clock, WHY)
    answer(service, database, clock, "no Evening Class", replacing=True)
    assert [text for _, _, text, _, _ in kept(database)] == ["Evening Class"]


def test_a_customer_who_has_everything_deleted_leaves_no_fact(
    service: InterviewService, database: Database, clock: FixedClock
) -> None:
    begin(service, database, clock)
    answer(service, database, clock, WHY)
    receipt = DataRequests(database, clock).erase("c1")
    assert receipt.removed["facts"] == 4
    assert kept(database) == []
    assert list_named(database, FactKind.PLACE, ["Porto"], list(Reason)) == ()


def test_a_customer_is_given_what_they_named(service: InterviewService, database: Database, clock: FixedClock) -> None:
    begin(service, database, clock)
    answer(service, database, clock, WHY)
    reasons = {reason["label"]: reason for reason in DataRequests(database, clock).export("c1")["interview"]["reasons"]}
    assert reasons["price"]["facts"] == [
        {
            "kind": "amount",
            "text": "£20",
            "question": "reason",
            "start": 36,
            "end": 39,
            "value": None,
            "currency": None,
        }
    ]


def test_those_who_left_over_something_they_named_are_found_again(
    service: InterviewService, database: Database, clock: FixedClock
) -> None:
    for conversation in ("c1", "c2", "c3"):
        begin(service, database, clock, conversation, trial=conversation == "c3")
    answer(service, database, clock, WHY, conversation="c1")
    answer(service, database, clock, "no Evening Class", conversation="c2")
    answer(service, database, clock, "no Evening Class", conversation="c3")
    missed = list_named(database, FactKind.FEATURE, ["the evening classes"], [Reason.MISSING_FEATURES])
    assert [(who.conversation_id, who.words) for who in missed] == [("c1", "evening classes"), ("c2", "Evening Class")]
    assert list_named(database, FactKind.FEATURE, ["evening classes"], [Reason.COMPETITOR]) == ()
    assert list_named(database, FactKind.FEATURE, ["sauna", ""], [Reason.MISSING_FEATURES]) == ()
    assert [who.leading_reason for who in list_named(database, FactKind.PLACE, ["PORTO"], [Reason.PRICE])] == [
        Reason.RELOCATION
    ]


def test_looking_for_a_name_uses_the_index(sqlite_database: Database) -> None:
    with sqlite_database.read() as work:
        plan = work.session.execute(
            sa.text("EXPLAIN QUERY PLAN SELECT id FROM stated_facts WHERE kind = 'place' AND key IN ('porto')")
        ).all()
    assert any("ix_stated_facts_kind_key" in str(row) for row in plan)


def test_staff_and_the_table_see_what_was_named(
    service: InterviewService, database: Database, clock: FixedClock
) -> None:
    begin(service, database, clock)
    answer(service, database, clock, WHY)
    interview = read_transcript(database, "c1").interview
    assert interview is not None
    assert [fact.text for fact in interview.reasons[0].facts] == ["Porto", "March"]
    [row] = read_interviews(database)
    assert (FactKind.FEATURE, "evening classes") in row.facts


def test_what_was_named_is_said_back(service: InterviewService, database: Database, clock: FixedClock) -> None:
    begin(service, database, clock)
    answer(service, database, clock, "no Evening Class")
    answer(service, database, clock, "I'd have stayed for evening classes", Question.KEPT)
    echoes = EchoService(database, FakeClassifier(), "Bramble & Oak")
    echo = echoes.find("c1", Question.KEPT, "I'd have stayed for evening classes", [])
    assert echo is not None
    assert (echo.kind.value, echo.words) == ("missing", "evening classes")
    assert echoes.find("c1", Question.KEPT, "I'd have stayed for evening classes", ["missing"]) is None


def test_a_tapped_reason_names_nothing(service: InterviewService, database: Database, clock: FixedClock) -> None:
    begin(service, database, clock)
    message = say(database, clock(), "Porto")
    service.record_answer("c1", Question.REASON, Reading(tapped=Reason.PRICE), "Porto", message)
    assert kept(database) == []
    with database.read() as work:
        assert work.session.scalar(sa.select(sa.func.count()).select_from(ExitInterview)) == 1
