"""A touch on its way from the claim to the letter, and what becomes of it when something comes in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.conversations.announcer import Announcer
from bot.conversations.chats import ChatService
from bot.conversations.copy import GatewayCopy
from bot.conversations.data_requests import DataRequests
from bot.conversations.handoff import HandoffService
from bot.conversations.letter_book import LetterBook
from bot.conversations.outgoing import post
from bot.conversations.rasa import RasaReply
from bot.conversations.touches import TouchService
from bot.conversations.turn_book import TurnBook
from bot.outreach.planner import Claimed
from bot.retention.channels import Channel
from bot.retention.winback.touches import TouchState
from bot.storage.tables import (
    Author,
    ContactPoint,
    Conversation,
    Customer,
    Letter,
    LetterKind,
    LetterState,
    Message,
    StaffUser,
    Turn,
    TurnState,
)
from bot.storage.unit_of_work import Database
from tests.company import Company
from tests.conftest import FixedClock
from tests.gateway import make_settings
from tests.integration.test_engine import count_conversations, leave

SAID = [{"text": "How are you getting on?", "utter": "utter_check_in", "buttons": [], "metadata": {}}]


@pytest.fixture
def company(database: Database, clock: FixedClock) -> Company:
    return Company(database, clock)


@pytest.fixture
def touches(database: Database, company: Company, clock: FixedClock) -> TouchService:
    return TouchService(database, Announcer(), clock)


@pytest.fixture
def book(database: Database, company: Company, clock: FixedClock) -> LetterBook:
    return LetterBook(database, Channel.EMAIL, clock, company.planner.ask)


def begin(company: Company, touches: TouchService, database: Database) -> tuple[str, int]:
    """Let a touch to Ana begin; return its conversation and the message that has to be answered."""
    leave(company, "ana")
    (claimed,) = company.planner.tick().claimed
    touches.begin(claimed.touch_id)
    with database.read() as work:
        message = work.session.scalars(select(Message)).one()
        return message.conversation_id, message.id


def claim_on_telegram(company: Company) -> tuple[ChatService, LetterBook, Claimed]:
    """Claim a touch to Ana, who agreed to hear from us in a chat; return chats, letters and the touch."""
    database, clock = company.database, company.clock
    company.add("ana")
    with database.write() as work:
        work.session.scalars(select(ContactPoint)).one().channel = Channel.TELEGRAM
        work.commit()
    clock.move(days=15)
    (claimed,) = company.planner.tick().claimed
    chats = ChatService(database, company.opt_outs, Announcer(), GatewayCopy(make_settings()), clock)
    return chats, LetterBook(database, Channel.TELEGRAM, clock, company.planner.ask), claimed


def say(database: Database, clock: FixedClock, conversation_id: str, message_id: int) -> None:
    heard = [RasaReply.model_validate(one) for one in SAID]
    TurnBook(database, GatewayCopy(make_settings()), clock).complete(
        conversation_id, message_id, heard, for_staff=False
    )


def add_staff(database: Database, clock: FixedClock) -> StaffUser:
    with database.write() as work:
        robin = StaffUser(name="Robin", password_hash="-", created_at=clock.now)
        work.staff.add(robin)
        work.commit()
        return robin


def read_said(database: Database) -> list[str]:
    with database.read() as work:
        return list(work.session.scalars(select(Message.text).where(Message.author == Author.BOT)))


def read_state(company: Company) -> TouchState:
    return company.read_touches()[0].state


def test_what_the_bot_says_leaves_as_a_touch_to_their_address(
    company: Company, touches: TouchService, database: Database, book: LetterBook, clock: FixedClock
) -> None:
    say(database, clock, *begin(company, touches, database))
    envelope = book.take_next(())
    assert envelope is not None
    assert (envelope.kind, envelope.address, envelope.text) == (LetterKind.TOUCH, "ana@example.org", SAID[0]["text"])
    assert read_state(company) is TouchState.CLAIMED
    book.note_sent(envelope.id, "1")
    assert read_state(company) is TouchState.SENT


@pytest.mark.parametrize(
    ("note", "state"),
    [
        (lambda book, letter: book.note_unknown(letter, "cut"), TouchState.UNKNOWN),
        (lambda book, letter: book.note_unknown(letter, "cut", answered=True), TouchState.UNKNOWN),
        (lambda book, letter: book.note_refused(letter, "no such mailbox", "ana@example.org"), TouchState.FAILED),
        (lambda book, letter: book.recover(), TouchState.UNKNOWN),
    ],
    ids=["cut off", "the channel failed", "refused", "the process died"],
)
def test_a_touch_whose_fate_is_unknown_is_never_sent_again(
    company: Company,
    touches: TouchService,
    database: Database,
    book: LetterBook,
    clock: FixedClock,
    note: Callable[[LetterBook, int], None],
    state: TouchState,
) -> None:
    say(database, clock, *begin(company, touches, database))
    envelope = book.take_next(())
    assert envelope is not None
    note(book, envelope.id)
    assert read_state(company) is state
    clock.move(hours=1)
    assert book.take_next(()) is None


def test_a_touch_that_waits_is_asked_about_again_when_it_would_leave(
    company: Company, touches: TouchService, database: Database, book: LetterBook, clock: FixedClock
) -> None:
    conversation_id, message_id = begin(company, touches, database)
    say(database, clock, conversation_id, message_id)
    company.opt_outs.opt_out(conversation_id)
    assert book.take_next(()) is None
    assert (read_state(company), company.read_touches()[0].because) == (TouchState.SKIPPED, "barred.opted_out")
    assert read_said(database) == [], "nobody has heard it"


def test_a_touch_that_night_falls_upon_is_begun_anew_in_the_morning_and_said_once(
    company: Company, touches: TouchService, database: Database, book: LetterBook, clock: FixedClock
) -> None:
    conversation_id, message_id = begin(company, touches, database)
    say(database, clock, conversation_id, message_id)
    clock.move(hours=10)
    assert book.take_next(()) is None, "it is night in Lisbon"
    assert (read_state(company), company.read_touches()[0].because) == (TouchState.HELD, "hold.window")
    assert company.planner.tick().claimed == ()
    clock.move(hours=11)
    (claimed,) = company.planner.tick().claimed
    touches.begin(claimed.touch_id)
    with database.read() as work:
        found = work.turns.find_next(conversation_id)
    assert found is not None, "it goes on in the conversation it had begun in"
    say(database, clock, conversation_id, found[1].id)
    envelope = book.take_next(())
    assert envelope is not None
    book.note_sent(envelope.id, "1")
    assert (read_state(company), read_said(database)) == (TouchState.SENT, [SAID[0]["text"]])


def test_a_touch_kept_back_lets_pass_what_somebody_waits_for(
    company: Company, touches: TouchService, database: Database, clock: FixedClock
) -> None:
    chats, book, claimed = claim_on_telegram(company)
    own = "own"
    with database.write() as work:
        talk = Conversation(
            id=own,
            channel=Channel.TELEGRAM,
            customer_id=claimed.customer_id,
            created_at=clock.now,
            last_message_at=clock.now,
        )
        work.conversations.add(talk)
        work.chats.set(Channel.TELEGRAM, "ana@example.org", own, clock.now)
        work.commit()
    touches.begin(claimed.touch_id)
    with database.read() as work:
        trigger = work.session.scalars(select(Message).where(Message.client_id.startswith("touch-"))).one()
    say(database, clock, trigger.conversation_id, trigger.id)
    assert chats.find(Channel.TELEGRAM, "ana@example.org") == own, "nothing has left yet"
    with database.write() as work:
        conversation = work.conversations.get(own, lock=True)
        work.conversations.add_message(conversation, Author.CUSTOMER, "Hello?", clock.now)
        answer = work.conversations.add_message(conversation, Author.BOT, "Hello.", clock.now)
        post(work, conversation, [answer], clock.now)
        work.commit()
    reply = book.take_next(())
    assert reply is not None
    assert (reply.kind, reply.text) == (LetterKind.REPLY, "Hello.")
    assert book.take_next(()) is None
    assert company.read_touches()[0].because == "hold.conversation"


def test_a_chat_leads_to_a_touch_from_the_moment_it_leaves(
    company: Company, touches: TouchService, database: Database, clock: FixedClock
) -> None:
    chats, book, claimed = claim_on_telegram(company)
    touches.begin(claimed.touch_id)
    with database.read() as work:
        trigger = work.session.scalars(select(Message)).one()
    say(database, clock, trigger.conversation_id, trigger.id)
    assert chats.find(Channel.TELEGRAM, "ana@example.org") is None
    assert book.take_next(()) is not None
    assert chats.find(Channel.TELEGRAM, "ana@example.org") == trigger.conversation_id


def test_nothing_is_said_while_staff_have_the_conversation_and_it_is_looked_at_anew(
    company: Company, touches: TouchService, database: Database, clock: FixedClock
) -> None:
    _, message_id = begin(company, touches, database)
    TurnBook(database, GatewayCopy(make_settings()), clock).silence(message_id)
    (touch,) = company.read_touches()
    assert touch.state is TouchState.HELD


def test_what_was_put_off_for_staff_is_said_in_the_same_conversation_once_they_are_done(
    company: Company, touches: TouchService, database: Database, book: LetterBook, clock: FixedClock
) -> None:
    conversation_id, message_id = begin(company, touches, database)
    say(database, clock, conversation_id, message_id)
    envelope = book.take_next(())
    assert envelope is not None
    book.note_sent(envelope.id, "1")
    clock.move(days=32)
    (welcome_back,) = company.planner.tick().claimed
    touches.begin(welcome_back.touch_id)
    handoff, robin = HandoffService(database, Announcer(), clock), add_staff(database, clock)
    handoff.request(conversation_id)
    handoff.hand_back(conversation_id, robin)
    assert [touch.state for touch in company.read_touches()] == [TouchState.SENT, TouchState.HELD]
    (again,) = company.planner.tick().claimed
    assert again.touch_id == welcome_back.touch_id
    touches.begin(again.touch_id)
    with database.read() as work:
        trigger = work.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert trigger is not None
    say(database, clock, conversation_id, trigger.id)
    assert book.take_next(()) is not None


def test_a_touch_for_which_the_bot_has_no_words_has_failed_and_nobody_is_bothered(
    company: Company, touches: TouchService, database: Database, clock: FixedClock
) -> None:
    conversation_id, message_id = begin(company, touches, database)
    TurnBook(database, GatewayCopy(make_settings()), clock).complete(conversation_id, message_id, [], for_staff=False)
    assert read_state(company) is TouchState.FAILED


def test_who_takes_their_consent_back_just_before_is_not_begun_with(
    company: Company, touches: TouchService, database: Database
) -> None:
    leave(company, "ana")
    (claimed,) = company.planner.tick().claimed
    company.change(lambda ana: setattr(ana.contact_points[0], "consent", False))
    touches.begin(claimed.touch_id)
    assert count_conversations(database) == 0
    assert read_state(company) is TouchState.HELD
    company.planner.tick()
    assert read_state(company) is TouchState.SKIPPED


def test_a_touch_on_its_way_into_a_conversation_that_is_erased_never_leaves(
    company: Company, touches: TouchService, database: Database, book: LetterBook, clock: FixedClock
) -> None:
    conversation_id, message_id = begin(company, touches, database)
    say(database, clock, conversation_id, message_id)
    with database.write() as work:
        touch = work.touches.find_last_in(conversation_id)
        assert touch is not None
        touch.words = "Leave me be"
        work.commit()
    DataRequests(database, clock).erase(conversation_id)
    assert book.take_next(()) is None
    (touch,) = company.read_touches()
    assert (touch.state, touch.words) == (TouchState.FAILED, None)


def test_an_offer_of_which_nobody_heard_is_forgotten(
    company: Company, touches: TouchService, database: Database, clock: FixedClock
) -> None:
    leave(company, "ana")
    (check_in,) = company.planner.tick().claimed
    company.planner.settle(check_in.touch_id, TouchState.SENT)
    clock.move(days=32)
    (claimed,) = company.planner.tick().claimed
    touches.begin(claimed.touch_id)
    with database.read() as work:
        message = work.session.scalars(select(Message)).one()
        turn = work.session.get(Turn, message.id)
    assert turn is not None
    assert turn.state is TurnState.WAITING
    TurnBook(database, GatewayCopy(make_settings()), clock).complete(
        message.conversation_id, message.id, [], for_staff=False
    )
    with database.read() as work:
        customer = work.session.scalars(select(Customer)).one()
        assert work.offers.list_of(customer.id) == []
        assert work.session.scalars(select(Letter).where(Letter.state == LetterState.WAITING)).all() == []


def test_what_was_begun_last_is_what_a_conversation_is_about_whatever_is_settled_later(
    company: Company, touches: TouchService, database: Database, clock: FixedClock
) -> None:
    conversation_id, _ = begin(company, touches, database)
    (first,) = company.read_touches()
    company.planner.settle(first.id, TouchState.SENT)
    clock.move(days=32)
    (claimed,) = company.planner.tick().claimed
    touches.begin(claimed.touch_id)
    with database.write() as work:
        earlier = work.touches.find(first.id)
        assert earlier is not None
        earlier.changed_at = clock.now + timedelta(days=1)
        work.commit()
    with database.read() as work:
        last = work.touches.find_last_in(conversation_id)
    assert last is not None
    assert last.id == claimed.touch_id


def test_what_staff_write_to_somebody_who_has_not_answered_our_mail_leaves_by_mail_too(
    company: Company, touches: TouchService, database: Database, book: LetterBook, clock: FixedClock
) -> None:
    conversation_id, message_id = begin(company, touches, database)
    say(database, clock, conversation_id, message_id)
    envelope = book.take_next(())
    assert envelope is not None
    book.note_sent(envelope.id, "1")
    with database.write() as work:
        conversation = work.conversations.get(conversation_id, lock=True)
        written = work.conversations.add_message(conversation, Author.STAFF, "Hello, this is Maya.", clock.now)
        post(work, conversation, [written], clock.now)
        work.commit()
    reply = book.take_next(())
    assert reply is not None
    assert (reply.kind, reply.address, reply.touch_id) == (LetterKind.REPLY, "ana@example.org", envelope.touch_id)
    book.note_unknown(reply.id, "cut")
    assert read_state(company) is TouchState.SENT
