"""May we write to you here? Asked and answered in a chat on Telegram, beside what is agreed for e-mail."""

from __future__ import annotations

import pytest

from bot.conversations.interviews import InterviewService
from bot.conversations.opt_out import OptOutService
from bot.retention.interview import Question, Standing, next_question
from bot.retention.reading import Reading
from bot.storage.tables import Author, Channel
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.interviews import FakeClassifier, add_conversation, move_to_chat, say
from tests.unit.conversations.test_opt_out import make_settings

EMAIL, TELEGRAM = Channel.EMAIL, Channel.TELEGRAM
BY_EMAIL, HERE = "utter_ask_exit_interview_consent", "utter_ask_exit_interview_consent_here"
ADDRESS = "anna@example.org"


class Talk:
    """A conversation of which a test says what was asked where, and what was answered."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database = database
        self.clock = clock
        self.interviews = InterviewService(database, FakeClassifier(), clock)
        add_conversation(database, clock())
        self.interviews.begin("c1")

    def move_to_chat(self) -> None:
        move_to_chat(self.database, self.clock())

    def move_to_web(self) -> None:
        with self.database.write() as work:
            work.conversations.get("c1", lock=True).channel = Channel.WEB
            work.commit()

    def ask(self, response: str) -> None:
        say(self.database, self.clock(), f"May we? ({response})", author=Author.BOT, response=response)

    def answer(self, value: int | None, text: str = "yes", **reading: str) -> Standing:
        replacing = Question.CONSENT in self.interviews.begin("c1").standing.settled
        self.clock.move(minutes=1)
        return self.interviews.record_answer(
            "c1", Question.CONSENT, Reading(value=value, **reading), text, replacing=replacing
        )

    def read_consents(self) -> dict[Channel, tuple[bool | None, str | None]]:
        with self.database.read() as work:
            customer = work.customers.find(work.conversations.get("c1").customer_id or 0)
            points = customer.contact_points if customer else []
            return {point.channel: (point.consent, point.consent_wording) for point in points}


@pytest.fixture
def talk(sqlite_database: Database, clock: FixedClock) -> Talk:
    return Talk(sqlite_database, clock)


@pytest.mark.parametrize("wording", ["", "_again", "_once_more"])
def test_a_yes_in_a_chat_is_leave_for_the_chat_with_its_wording_and_no_address_is_asked(
    talk: Talk, wording: str
) -> None:
    talk.move_to_chat()
    talk.ask(f"{HERE}{wording}")
    standing = talk.answer(1)
    assert (standing.may_write, standing.address_known) == (True, True)
    assert talk.read_consents() == {TELEGRAM: (True, f"May we? ({HERE}{wording})")}
    closing = talk.interviews.finish("c1")
    assert (closing.in_chat, closing.address) == (True, None)


def test_a_no_in_a_chat_is_kept_with_its_wording(talk: Talk) -> None:
    talk.move_to_chat()
    talk.ask(HERE)
    assert not talk.answer(0, "no").may_write
    assert talk.read_consents() == {TELEGRAM: (False, f"May we? ({HERE})")}
    closing = talk.interviews.finish("c1")
    assert (closing.in_chat, closing.address) == (False, None)


def test_an_address_instead_of_a_yes_in_a_chat_is_leave_for_that_address_alone(talk: Talk) -> None:
    talk.move_to_chat()
    talk.ask(HERE)
    standing = talk.answer(1, ADDRESS, address=ADDRESS)
    assert standing.address_known
    consents = talk.read_consents()
    assert (consents[EMAIL][0], consents[TELEGRAM][0]) == (True, None)
    closing = talk.interviews.finish("c1")
    assert (closing.in_chat, closing.address) == (False, ADDRESS)


def test_a_customer_who_moves_before_answering_agrees_to_what_they_were_asked_last(talk: Talk) -> None:
    talk.ask(BY_EMAIL)
    talk.move_to_chat()
    talk.ask(f"{HERE}_again")
    talk.answer(1)
    assert talk.read_consents()[TELEGRAM][0] is True


def test_a_customer_who_was_asked_about_e_mail_agrees_to_e_mail_wherever_they_answer(talk: Talk) -> None:
    talk.ask(BY_EMAIL)
    talk.move_to_chat()
    standing = talk.answer(1)
    assert (standing.may_write, standing.address_known) == (True, False)
    assert talk.read_consents()[TELEGRAM][0] is None


def test_a_customer_who_was_asked_in_the_chat_agrees_to_the_chat_though_they_answer_on_the_page(talk: Talk) -> None:
    talk.move_to_chat()
    talk.ask(HERE)
    talk.move_to_web()
    assert talk.answer(1).address_known
    assert talk.read_consents()[TELEGRAM][0] is True


@pytest.mark.parametrize(
    ("words", "channel"), [("you can write to me", TELEGRAM), ("feel free to email me about it", EMAIL)]
)
def test_leave_given_unasked_in_a_chat_is_for_the_chat_unless_it_speaks_of_e_mail(
    talk: Talk, words: str, channel: Channel
) -> None:
    talk.move_to_chat()
    standing = talk.interviews.record_answer("c1", Question.CONSENT, Reading(value=1), words, part=words)
    assert standing.address_known is (channel is TELEGRAM)
    assert talk.read_consents()[TELEGRAM] == ((True, words) if channel is TELEGRAM else (None, None))


def test_leave_given_unasked_on_the_page_still_needs_an_address(talk: Talk) -> None:
    words = "you can write to me"
    assert not talk.interviews.record_answer("c1", Question.CONSENT, Reading(value=1), words, part=words).address_known


def test_a_no_in_the_chat_that_replaces_a_yes_on_the_page_takes_that_back_too(talk: Talk) -> None:
    talk.ask(BY_EMAIL)
    talk.answer(1, ADDRESS, address=ADDRESS)
    assert talk.read_consents()[EMAIL][0] is True
    talk.move_to_chat()
    talk.ask(HERE)
    talk.answer(0, "no")
    assert {channel: consent for channel, (consent, _) in talk.read_consents().items()} == {
        EMAIL: False,
        TELEGRAM: False,
    }


def test_leave_for_e_mail_from_before_is_not_told_as_if_it_were_new(talk: Talk) -> None:
    talk.ask(BY_EMAIL)
    talk.answer(1, ADDRESS, address=ADDRESS)
    with talk.database.write() as work:
        interview = work.interviews.find("c1")
        assert interview is not None
        work.session.delete(interview)  # They were asked in an earlier interview.
        work.commit()
    talk.interviews.begin("c1")
    talk.move_to_chat()
    talk.ask(HERE)
    talk.answer(0, "no")
    assert talk.read_consents()[EMAIL][0] is True
    closing = talk.interviews.finish("c1")
    assert (closing.in_chat, closing.address) == (False, None)


def test_a_chat_that_nothing_reaches_any_more_is_no_address(talk: Talk) -> None:
    talk.move_to_chat()
    talk.ask(HERE)
    talk.answer(1)
    with talk.database.write() as work:
        for point in work.chats.list_points(TELEGRAM, "70044718"):
            point.reachable = False
        work.commit()
    standing = talk.interviews.begin("c1").standing
    assert not standing.address_known
    assert next_question(standing) is Question.REASON


def test_a_stop_in_a_chat_holds_for_every_address_and_taking_it_back_does_too(talk: Talk) -> None:
    talk.ask(BY_EMAIL)
    talk.answer(1, ADDRESS, address=ADDRESS)
    talk.move_to_chat()
    opt_outs = OptOutService(talk.database, make_settings(), talk.clock)
    opt_outs.opt_out("c1")
    assert {consent for consent, _ in talk.read_consents().values()} == {False}
    with talk.database.read() as work:
        assert work.suppressions.holds(opt_outs.hash_contact(TELEGRAM, "70044718"))
        assert work.suppressions.holds(opt_outs.hash_contact(EMAIL, ADDRESS))
    opt_outs.lift("c1")
    assert {consent for consent, _ in talk.read_consents().values()} == {True}
