"""What do you know about me, and delete it."""

from __future__ import annotations

import json

import pytest

from bot.conversations.data_requests import CustomerNotFound, DataRequests
from bot.conversations.interviews import InterviewService
from bot.conversations.opt_out import OptOutService
from bot.errors import ConversationNotFound
from bot.retention.interview import Question
from bot.retention.reading import Reading
from bot.retention.reasons import Reason
from bot.storage.tables import Author, Channel, ContactPoint, Customer, EndedBy, Message, MessageButton, Mode, Outcome
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.interviews import FakeClassifier, add_conversation, move_to_chat, say
from tests.unit.conversations.test_opt_out import make_settings

WORDS = "the app lost my notes"
ADDRESS = "anna@example.org"


@pytest.fixture
def requests(sqlite_database: Database, clock: FixedClock) -> DataRequests:
    return DataRequests(sqlite_database, clock)


@pytest.fixture
def talked(sqlite_database: Database, clock: FixedClock) -> str:
    """Somebody who has answered, agreed to e-mail, and has an open interview."""
    classifier = FakeClassifier({WORDS: {Reason.TECHNICAL_RELIABILITY: 0.9}})
    interviews = InterviewService(sqlite_database, classifier, clock)
    add_conversation(sqlite_database, clock())
    interviews.begin("c1")
    with sqlite_database.write() as work:
        conversation = work.conversations.get("c1", lock=True)
        button = MessageButton(id="b1", position=0, title="Too dear", intent="answer", entities={})
        work.conversations.add_message(conversation, Author.BOT, "Why?", clock(), buttons=[button])
        work.commit()
    message = say(sqlite_database, clock(), WORDS)
    interviews.record_answer("c1", Question.REASON, Reading(), WORDS, message)
    interviews.record_answer("c1", Question.LIKELIHOOD, Reading(value=2), "two")
    interviews.record_answer("c1", Question.CONSENT, Reading(value=1), "yes")
    interviews.record_answer("c1", Question.EMAIL, Reading(address=ADDRESS), ADDRESS)
    return "c1"


def test_a_customer_is_told_what_is_known_in_their_own_words(requests: DataRequests, talked: str) -> None:
    summary = requests.summarise(talked)
    assert summary.messages == 1
    assert summary.answers[Question.REASON] == WORDS
    assert summary.answers[Question.LIKELIHOOD] == "two"
    assert summary.reasons == (Reason.TECHNICAL_RELIABILITY,)
    assert (summary.may_write, summary.may_not_write) == ((ADDRESS,), ())
    assert not summary.opted_out


def test_an_export_holds_everything_and_is_json(requests: DataRequests, talked: str) -> None:
    document = json.loads(json.dumps(requests.export(talked)))
    assert [message["text"] for message in document["messages"]] == ["Why?", WORDS]
    assert document["messages"][0]["choices"] == ["Too dear"]
    assert document["interview"]["leading_reason"] == "technical_reliability"
    assert {answer["question"] for answer in document["interview"]["answers"]} == {
        "reason",
        "likelihood",
        "consent",
        "email",
    }
    assert document["contact_points"][0]["address"] == ADDRESS


def test_a_customer_who_has_everything_deleted_leaves_counts_and_no_words(
    requests: DataRequests, talked: str, sqlite_database: Database, clock: FixedClock
) -> None:
    with sqlite_database.read() as work:
        interview = work.interviews.find(talked)
        assert interview is not None
        number = interview.id
    receipt = requests.erase(talked)
    assert receipt.removed == {
        "messages": 2,
        "buttons": 1,
        "answers": 4,
        "words": 1,
        "facts": 0,
        "offers": 0,
        "contact_points": 1,
        "customers": 1,
    }
    with sqlite_database.read() as work:
        assert work.conversations.list_messages(talked) == []
        assert work.interviews.find(talked) is None
        conversation = work.conversations.get(talked)
        assert (conversation.erased_at, conversation.customer_id) == (clock(), None)
        left = work.session.get(type(interview), number)
        assert left is not None
        assert (left.outcome, left.ended_by) == (Outcome.SKIPPED, EndedBy.ERASED)
        assert left.leading_reason is Reason.TECHNICAL_RELIABILITY
        assert left.answers == []
        assert [(r.label, r.words, r.message_id) for r in left.reasons] == [(Reason.TECHNICAL_RELIABILITY, None, None)]
        (erasure,) = work.erasures.list_unforgotten()
        assert (erasure.receipt, erasure.removed) == (receipt.code, receipt.removed)
    dumped = "\n".join(sqlite_database.engine.raw_connection().iterdump())  # type: ignore[attr-defined]
    assert WORDS not in dumped
    assert ADDRESS not in dumped


def test_deleting_twice_gives_the_same_receipt(requests: DataRequests, talked: str) -> None:
    assert requests.erase(talked).code == requests.erase(talked).code


def test_what_is_written_after_a_deletion_can_be_deleted_too(
    requests: DataRequests, talked: str, sqlite_database: Database, clock: FixedClock
) -> None:
    first = requests.erase(talked)
    say(sqlite_database, clock(), "one more thing")
    second = requests.erase(talked)
    assert first.code != second.code
    assert second.removed["messages"] == 1


def test_a_stop_survives_the_deletion(
    requests: DataRequests, talked: str, sqlite_database: Database, clock: FixedClock
) -> None:
    opt_out = OptOutService(sqlite_database, make_settings(), clock)
    opt_out.opt_out(talked)
    requests.erase(talked)
    with sqlite_database.read() as work:
        assert work.suppressions.holds(opt_out.hash_contact(Channel.EMAIL, ADDRESS))


def test_an_ended_interview_keeps_its_outcome_when_it_is_deleted(
    requests: DataRequests, talked: str, sqlite_database: Database, clock: FixedClock
) -> None:
    InterviewService(sqlite_database, FakeClassifier(), clock).finish(talked)
    requests.erase(talked)
    with sqlite_database.read() as work:
        assert work.interviews.count_by_outcome() == {Outcome.LEFT: 1}


def test_a_deleted_conversation_waits_for_nobody(
    requests: DataRequests, talked: str, sqlite_database: Database, clock: FixedClock
) -> None:
    with sqlite_database.write() as work:
        conversation = work.conversations.get(talked, lock=True)
        conversation.mode, conversation.handoff_requested_at = Mode.STAFF, clock()
        work.commit()
    requests.erase(talked)
    with sqlite_database.read() as work:
        conversation = work.conversations.get(talked)
        assert (conversation.mode, conversation.handoff_requested_at) == (Mode.BOT, None)


def test_an_unproven_visitor_deletes_this_conversation_and_no_customer_record(
    requests: DataRequests, talked: str, sqlite_database: Database
) -> None:
    with sqlite_database.write() as work:
        customer = work.customers.find(work.conversations.get(talked).customer_id or 0)
        assert customer is not None
        customer.external_id = "C-17"
        work.commit()
    requests.erase(talked)
    with sqlite_database.read() as work:
        assert work.customers.find_by_external_id("C-17") is not None


def continue_elsewhere(database: Database, clock: FixedClock, conversation_id: str, channel: Channel) -> None:
    """Add another conversation of the person in "c1"."""
    add_conversation(database, clock(), conversation_id)
    with database.write() as work:
        conversation = work.conversations.get(conversation_id, lock=True)
        conversation.customer_id, conversation.channel = work.conversations.get("c1").customer_id, channel
        work.commit()
    say(database, clock(), WORDS, conversation_id=conversation_id)


def read_erased(database: Database, *conversations: str) -> list[bool]:
    with database.read() as work:
        return [work.conversations.get(one).erased_at is not None for one in conversations]


def test_a_visitor_in_a_chat_is_told_of_what_went_on_there_before_and_deletes_it_too(
    requests: DataRequests, talked: str, sqlite_database: Database, clock: FixedClock
) -> None:
    move_to_chat(sqlite_database, clock())
    continue_elsewhere(sqlite_database, clock, "c2", Channel.TELEGRAM)
    summary = requests.summarise("c2")
    assert (summary.other_chats, summary.may_write, summary.may_write_in_chat) == (1, (ADDRESS,), False)
    receipt = requests.erase_chat("c2")
    assert read_erased(sqlite_database, "c1", "c2") == [True, True]
    assert requests.erase_chat("c2").code == receipt.code
    dumped = "\n".join(sqlite_database.engine.raw_connection().iterdump())  # type: ignore[attr-defined]
    for left in (WORDS, ADDRESS, "70044718"):
        assert left not in dumped


def test_a_visitor_on_the_page_reaches_this_conversation_alone(
    requests: DataRequests, talked: str, sqlite_database: Database, clock: FixedClock
) -> None:
    continue_elsewhere(sqlite_database, clock, "c2", Channel.WEB)
    assert requests.summarise("c2").other_chats == 0
    requests.erase_chat("c2")
    assert read_erased(sqlite_database, "c1", "c2") == [False, True]


def test_a_chat_whose_record_the_company_knows_gives_and_deletes_nothing_of_other_conversations(
    requests: DataRequests, talked: str, sqlite_database: Database, clock: FixedClock
) -> None:
    move_to_chat(sqlite_database, clock())
    continue_elsewhere(sqlite_database, clock, "c2", Channel.TELEGRAM)
    with sqlite_database.write() as work:
        customer = work.customers.find(work.conversations.get("c1").customer_id or 0)
        assert customer is not None
        customer.external_id = "C-17"
        work.commit()
    assert requests.summarise("c2").other_chats == 0
    requests.erase_chat("c2")
    assert read_erased(sqlite_database, "c1", "c2") == [False, True]


def test_the_number_of_a_chat_is_called_what_it_is_in_an_export(
    requests: DataRequests, talked: str, sqlite_database: Database, clock: FixedClock
) -> None:
    move_to_chat(sqlite_database, clock())
    points = {point["channel"]: point for point in requests.export(talked)["contact_points"]}
    assert points["telegram"]["chat_id"] == "70044718"
    assert "address" not in points["telegram"]
    assert points["email"]["address"] == ADDRESS


def test_an_operator_deletes_a_known_customer_with_all_conversations(
    requests: DataRequests, talked: str, sqlite_database: Database
) -> None:
    with sqlite_database.write() as work:
        customer = work.customers.find(work.conversations.get(talked).customer_id or 0)
        assert customer is not None
        customer.external_id = "C-17"
        work.commit()
    assert requests.export_customer("C-17")["customer"]["contact_points"][0]["address"] == ADDRESS
    assert len(requests.erase_customer("C-17")) == 1
    with sqlite_database.read() as work:
        assert work.customers.find_by_external_id("C-17") is None
        assert work.session.query(ContactPoint).count() == work.session.query(Customer).count() == 0
        assert work.session.query(Message).count() == 0


def test_what_is_not_there_cannot_be_given_or_deleted(requests: DataRequests) -> None:
    with pytest.raises(ConversationNotFound):
        requests.export("nowhere")
    with pytest.raises(ConversationNotFound):
        requests.erase("nowhere")
    with pytest.raises(CustomerNotFound):
        requests.erase_customer("nobody")
