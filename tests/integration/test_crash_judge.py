"""The judge of the crash test sees each kind of fault; a verdict that could not be bad would be worth nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import cast

import pytest

from bot.storage.tables import Author, Channel, Conversation, Letter, LetterKind, LetterState, TurnState
from bot.storage.unit_of_work import Database
from tests.crash.customers import TelegramCustomer
from tests.crash.stack import MortalStack
from tests.crash.verdict import Judge, Verdict
from tests.telegram.bot_api import BotApi

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
OPENING, QUESTION, FAREWELL = "Hello there.", "Why do you leave?", "Thank you.\n\nGoodbye."


class Story:
    """A conversation on Telegram as it was sent, written down and seen; each test spoils one of the three."""

    def __init__(self, database: Database, api: BotApi) -> None:
        self._database = database
        self._api = api
        self.customer = TelegramCustomer(cast("MortalStack", None), self._api, "Ada")
        self.customer.conversation = "c1"
        with database.write() as work:
            work.conversations.add(
                Conversation(id="c1", channel=Channel.TELEGRAM, last_position=0, created_at=NOW, last_message_at=NOW)
            )
            work.commit()
        self.hear("telegram-1", "/start", [OPENING, QUESTION])
        self.hear("telegram-2", "too expensive", [FAREWELL])

    def hear(self, client_id: str, text: str, answers: list[str]) -> None:
        """Let the customer send something that is answered as it should be."""
        self.customer.sent.append(client_id)
        self.write(client_id, text, answers)
        self.see("\n\n".join(answers))

    def write(self, client_id: str, text: str, answers: list[str], state: TurnState = TurnState.DONE) -> None:
        """Write a message and its answers into the record."""
        with self._database.write() as work:
            conversation = work.conversations.get("c1")
            asked = work.conversations.add_message(conversation, Author.CUSTOMER, text, NOW, client_id=client_id)
            work.turns.add(asked.id, "c1", NOW, state)
            said = [
                work.conversations.add_message(
                    conversation, Author.BOT, one, NOW, response=f"utter_{len(one)}", in_reply_to=asked.id
                )
                for one in answers
            ]
            if said:
                work.letters.add(
                    Letter(
                        conversation_id="c1",
                        message_id=said[-1].id,
                        channel=Channel.TELEGRAM,
                        address="1",
                        kind=LetterKind.REPLY,
                        state=LetterState.SENT,
                        attempts=1,
                        next_attempt_at=NOW,
                    )
                )
            work.commit()

    def see(self, text: str) -> None:
        """Let a message of the bot arrive."""
        chat = self._api.chats[self.customer.chat_id]
        self._api.post(chat, self._api.bot, {"text": text})

    def doubt_all(self) -> None:
        """Mark every letter as one that had to be sent once more."""
        with self._database.write() as work:
            for number in (1, 2):
                letter = work.letters.find(number)
                assert letter is not None
                letter.uncertain, letter.attempts = True, 2
            work.commit()

    def judge(self) -> Verdict:
        with self._database.read() as work:
            judge = Judge(work, "event=letter.sent_again letter=2 reason=ReadError")
            judge.look_at(self.customer)
            judge.look_at_all()
        return judge.verdict


@pytest.fixture
def story(sqlite_database: Database) -> Iterator[Story]:
    with BotApi() as api:
        yield Story(sqlite_database, api)


def test_a_conversation_in_which_nothing_went_wrong_is_good(story: Story) -> None:
    verdict = story.judge()
    assert verdict.is_good
    assert verdict.line == "lost=0 reordered=0 answered_twice=0 redelivered=0 unknown=0"


def test_a_message_that_is_not_in_the_transcript_is_lost(story: Story) -> None:
    story.customer.sent.append("telegram-3")
    assert len(story.judge().lost) == 1


@pytest.mark.parametrize("state", [TurnState.WAITING, TurnState.DONE])
def test_a_message_that_was_not_answered_is_lost(story: Story, state: TurnState) -> None:
    story.customer.sent.append("telegram-3")
    story.write("telegram-3", "hello?", [], state)
    assert len(story.judge().lost) == 1


def test_an_answer_that_was_never_seen_is_lost(story: Story) -> None:
    story.customer.sent.append("telegram-3")
    story.write("telegram-3", "hello?", ["I am here."])
    story.customer.sent.append("telegram-4")
    story.write("telegram-4", "good", ["Is there more?"])
    story.see("Is there more?")
    assert len(story.judge().lost) == 1


def test_messages_that_stand_in_another_order_than_they_were_sent_are_reordered(story: Story) -> None:
    story.customer.sent.reverse()
    assert len(story.judge().reordered) == 1


def test_answers_seen_in_another_order_than_they_were_given_are_reordered(story: Story) -> None:
    for number, answer in enumerate(["One.", "Two."], 3):
        story.customer.sent.append(f"telegram-{number}")
        story.write(f"telegram-{number}", "well", [answer])
    story.see("Two.")
    story.see("One.")
    assert story.judge().reordered


def test_a_message_that_was_answered_twice_is_seen(story: Story) -> None:
    story.hear("telegram-3", "well", ["Noted.", "Noted."])
    assert len(story.judge().answered_twice) == 1


def test_a_message_that_stands_there_twice_is_seen(story: Story) -> None:
    story.write("telegram-2b", "too expensive", [])
    assert story.judge().answered_twice


def test_a_repeat_is_explained_by_a_letter_whose_outcome_was_unknown(story: Story) -> None:
    story.see(FAREWELL)
    story.doubt_all()
    verdict = story.judge()
    assert verdict.is_good
    assert verdict.redelivered == {"connection cut (ReadError)": 1}
    assert verdict.unknown == {"connection cut (ReadError)": 1, "killed before a line was logged": 1}


def test_a_repeat_that_no_letter_explains_is_a_fault(story: Story) -> None:
    story.see(FAREWELL)
    verdict = story.judge()
    assert len(verdict.unexplained) == 1
    assert not verdict.is_good


def test_a_repeat_too_many_is_a_fault_even_where_one_is_explained(story: Story) -> None:
    story.see(FAREWELL)
    story.see(FAREWELL)
    story.doubt_all()
    assert len(story.judge().unexplained) == 1
