"""What staff correct is there to learn from: customers' own words, with where they come from, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.conversations.corrections import correct_reasons, list_corrections
from bot.conversations.data_requests import DataRequests
from bot.conversations.interviews import InterviewService
from bot.errors import ConversationNotFound, FarewellError
from bot.reasons.corrections import Barrier, Correction, Prediction, select_examples, summarise
from bot.retention.interview import Question
from bot.retention.reading import Reading
from bot.retention.reasons import Reason
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.console import Record
from tests.interviews import FakeClassifier, add_conversation, say

DEAR = "it went from 9.99 to 14.99"
ODD = "Breeze again"
KNOWN = {DEAR: {Reason.PRICE: 0.9}, ODD: {Reason.COMPETITOR: 0.8, Reason.PRICE: 0.4}}


class House:
    """Customers who say why they leave, and staff who know better."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        self.classifier = FakeClassifier(dict(KNOWN))
        self.interviews = InterviewService(database, self.classifier, clock)

    def leave(self, words: str, talk: str = "c1", *, trial: bool = False, reading: Reading | None = None) -> str:
        """Let a customer begin an interview and answer its first question."""
        add_conversation(self.database, self.clock(), talk, trial=trial)
        self.interviews.begin(talk)
        self.answer(talk, Question.REASON, words, reading)
        return talk

    def answer(self, talk: str, question: Question, words: str, reading: Reading | None = None) -> None:
        message = say(self.database, self.clock(), words, conversation_id=talk)
        self.interviews.record_answer(talk, question, reading or Reading(), words, message)

    def correct(self, talk: str, *reasons: Reason, who: str = "Mara") -> None:
        correct_reasons(self.database, talk, reasons, who, self.clock())

    def only(self) -> Correction:
        (correction,) = list_corrections(self.database)
        return correction


@pytest.fixture
def house(database: Database, clock: FixedClock) -> House:
    return House(database, clock)


def test_a_correction_is_learnt_from_with_who_when_and_what_had_been_read(house: House) -> None:
    talk = house.leave(ODD)
    house.clock.move(hours=3)
    house.correct(talk, Reason.DELIVERY_FULFILMENT, Reason.CUSTOMER_SERVICE)
    correction = house.only()
    assert (correction.text, correction.labels) == (ODD, (Reason.DELIVERY_FULFILMENT, Reason.CUSTOMER_SERVICE))
    assert (correction.conversation, correction.corrected_by) == (talk, "Mara")
    assert correction.corrected_at == house.clock()
    assert correction.predicted == (
        Prediction(Reason.COMPETITOR, 0.8, "fake-1"),
        Prediction(Reason.PRICE, 0.4, "fake-1"),
    )
    assert (correction.barrier, correction.confirms) == (None, False)


def test_a_correction_that_is_corrected_counts_once_as_the_last_one_said(house: House) -> None:
    talk = house.leave(ODD)
    house.correct(talk, Reason.PRICE)
    house.clock.move(days=1)
    house.correct(talk, Reason.TRUST_PRIVACY, who="Tom")
    correction = house.only()
    assert (correction.labels, correction.corrected_by) == ((Reason.TRUST_PRIVACY,), "Tom")
    assert correction.corrected_at == house.clock()


def test_what_staff_confirm_is_learnt_from_as_well(house: House) -> None:
    house.correct(house.leave(ODD), Reason.PRICE, Reason.COMPETITOR)
    assert house.only().confirms
    assert select_examples([house.only()]) == [house.only()]


def test_an_interview_that_nobody_corrected_teaches_nothing(house: House) -> None:
    house.leave(ODD)
    assert list_corrections(house.database) == []


def test_where_the_first_answer_left_doubt_both_answers_are_learnt_from(house: House) -> None:
    vague, clear = "it was not for me any more", "the app kept crashing on me"
    house.classifier.known |= {vague: {Reason.PRICE: 0.4}, clear: {Reason.TECHNICAL_RELIABILITY: 0.9}}
    house.classifier.doubtful.add(vague)
    talk = house.leave(vague)
    house.answer(talk, Question.PROBE, clear)
    house.correct(talk, Reason.TECHNICAL_RELIABILITY)
    assert house.only().text == f"{vague}\n{clear}"


def test_contact_details_are_not_learnt_by_heart(house: House) -> None:
    house.correct(house.leave("too dear, write to anna@example.org or +44 20 7946 0018"), Reason.PRICE)
    assert house.only().text == "too dear, write to […] or […]"


@pytest.mark.parametrize(
    ("barrier", "words", "reading"),
    [
        (Barrier.TRIAL, ODD, Reading()),
        (Barrier.SENSITIVE, "my wife has died", Reading()),
        (Barrier.NO_WORDS, "Price", Reading(tapped=Reason.PRICE)),
        (Barrier.NO_WORDS, "skip", Reading(skipped=True)),
        (Barrier.LANGUAGE, "es ist mir einfach zu teuer geworden, leider", Reading()),
    ],
)
def test_a_correction_that_must_not_be_learnt_from_says_why(
    house: House, barrier: Barrier, words: str, reading: Reading
) -> None:
    talk = house.leave(words, trial=barrier is Barrier.TRIAL, reading=reading)
    if barrier is Barrier.SENSITIVE:
        house.interviews.note_trouble(talk)
    house.correct(talk, Reason.NO_LONGER_NEEDED)
    assert house.only().barrier is barrier
    assert select_examples([house.only()]) == []


def test_a_conversation_that_is_erased_is_gone_from_the_next_training(house: House) -> None:
    for talk, words in (("c1", ODD), ("c2", DEAR)):
        house.correct(house.leave(words, talk), Reason.DELIVERY_FULFILMENT)
    before = summarise(list_corrections(house.database))
    DataRequests(house.database, house.clock).erase("c1")
    assert [it.conversation for it in list_corrections(house.database)] == ["c2"]
    after = summarise(list_corrections(house.database))
    assert (before["count"], after["count"]) == (2, 1)
    assert before["sha256"] != after["sha256"]


# ---- farewell reasons corrections ----


@pytest.fixture
def own(sqlite_database: Database, clock: FixedClock, command_settings: None) -> House:
    """The same house, on the database that the commands read."""
    return House(sqlite_database, clock)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["reasons", "corrections", *words])


def test_an_operator_lists_what_was_corrected_without_reading_what_was_said(own: House) -> None:
    assert run().stdout == "Nothing has been corrected yet.\n"
    own.correct(own.leave(ODD, "c1"), Reason.DELIVERY_FULFILMENT)
    own.correct(own.leave(DEAR, "c2"), Reason.PRICE)
    own.correct(own.leave(ODD, "c3", trial=True), Reason.PRICE)
    listed = run()
    assert listed.exit_code == 0
    assert "3 corrected, 2 to learn from." in listed.stdout
    assert "farewell reasons train --with-corrections" in listed.stdout
    for told in ("c1", "Mara", "delivery_fulfilment", "competitor", "the same", "a trial"):
        assert told in listed.stdout
    first, second, third = json.loads(run("list", "--json").stdout)
    assert first["labels"] == ["delivery_fulfilment"]
    assert first["predicted"][0] == {"label": "competitor", "score": 0.8, "version": "fake-1"}
    assert (second["confirms"], second["learnt_from"]) == (True, True)
    assert (third["learnt_from"], third["barrier"]) == (False, "a trial")
    assert ODD not in listed.stdout + json.dumps([first, second, third])


def test_an_operator_exports_what_is_learnt_from_with_where_it_comes_from(own: House, tmp_path: Path) -> None:
    own.correct(own.leave(ODD, "c1"), Reason.DELIVERY_FULFILMENT)
    own.correct(own.leave(DEAR, "c2", trial=True), Reason.PRICE)
    output = tmp_path / "corrections.jsonl"
    assert run("export", "--output", str(output)).exit_code == 0
    (line,) = map(json.loads, output.read_text(encoding="utf-8").splitlines())
    assert (line["id"], line["text"], line["labels"]) == ("correction-c1", ODD, ["delivery_fulfilment"])
    assert line["provenance"] == {
        "conversation": "c1",
        "corrected_by": "Mara",
        "corrected_at": own.clock().isoformat(),
        "predicted": [
            {"label": "competitor", "score": 0.8, "version": "fake-1"},
            {"label": "price", "score": 0.4, "version": "fake-1"},
        ],
    }
    assert output.stat().st_mode & 0o777 == 0o600
    assert run("export").stdout == output.read_text(encoding="utf-8")
    assert Record(own.database, own.clock).audited("corrections.exported") == [("operator", None)] * 2


def test_an_operator_corrects_a_conversation_which_is_audited_like_in_the_console(own: House) -> None:
    talk = own.leave(ODD)
    assert run("add", talk, "--reasons", " Price, competitor").stdout == "Noted: price, competitor.\n"
    assert own.only().labels == (Reason.PRICE, Reason.COMPETITOR)
    assert own.only().corrected_by == "operator"
    assert Record(own.database, own.clock).audited("reason.corrected") == [("operator", talk)]


def test_an_operator_hears_that_nothing_is_learnt_from_a_trial(own: House) -> None:
    talk = own.leave(ODD, trial=True)
    assert "Nothing is learnt from it: a trial." in run("add", talk, "--reasons", "price").stdout


@pytest.mark.parametrize(
    ("talk", "reasons", "said"),
    [
        ("c1", "cost,price", "There is no reason cost. The reasons are price, product_quality"),
        ("c1", " , ", "Name at least one reason."),
        ("c1", "other_unclear,price", "stands alone"),
        ("nobody", "price", "no such conversation"),
        ("c2", "price", "no interview in this conversation"),
    ],
)
def test_what_cannot_be_corrected_is_explained_and_nothing_changes(
    own: House, talk: str, reasons: str, said: str
) -> None:
    own.leave(ODD, "c1")
    add_conversation(own.database, own.clock(), "c2")
    result = run("add", talk, "--reasons", reasons)
    assert isinstance(result.exception, FarewellError)
    assert said in str(result.exception)
    assert list_corrections(own.database) == []


def test_a_correction_of_a_conversation_that_is_not_there_is_refused(house: House) -> None:
    with pytest.raises(ConversationNotFound):
        house.correct("nobody", Reason.PRICE)
