"""Judges a crash test from the record and from what people saw: what was lost, reordered, answered or seen twice.

It must not excuse anything: what it cannot explain is a fault.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

import sqlalchemy as sa

from bot.conversations.copy import Sentence
from bot.storage.tables import (
    Author,
    InterviewAnswer,
    Letter,
    LetterState,
    Message,
    OfferGrant,
    StatedReason,
    TelegramUpdate,
    Turn,
    TurnState,
    UpdateState,
)
from bot.storage.unit_of_work import UnitOfWork
from tests.crash.customers import Customer, Seen, TelegramCustomer, WebCustomer, squeeze

_AGAIN = re.compile(r"event=letter\.(?:sent_again|unknown) .*?letter=(\d+) reason=(\S+)")
INTERRUPTED = "interrupted"
"""What the record says of a letter whose sender died."""
_NO_ANSWER = {Sentence.DELAYED.value}


@dataclass
class Verdict:
    """What was found: each fault in words; what is no fault is counted by its cause."""

    lost: list[str] = field(default_factory=list)
    reordered: list[str] = field(default_factory=list)
    answered_twice: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    redelivered: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.reordered or self.answered_twice or self.unexplained)

    @property
    def line(self) -> str:
        """The last line of the test."""
        return (
            f"lost={len(self.lost)} reordered={len(self.reordered)} answered_twice={len(self.answered_twice)} "
            f"redelivered={self.redelivered.total()} unknown={self.unknown.total()}"
        )


def list_waiting(work: UnitOfWork) -> dict[str, int]:
    """Return how many turns, updates and letters still wait."""
    waiting = {
        "turns": (Turn.message_id, Turn.state == TurnState.WAITING),
        "updates": (TelegramUpdate.id, TelegramUpdate.state == UpdateState.WAITING),
        "letters": (Letter.id, Letter.state.in_((LetterState.WAITING, LetterState.SENDING))),
    }
    counted = {
        name: work.session.scalar(sa.select(sa.func.count(column)).where(condition)) or 0
        for name, (column, condition) in waiting.items()
    }
    return {name: number for name, number in counted.items() if number}


class Judge:
    """Looks at one conversation after the other."""

    def __init__(self, work: UnitOfWork, log: str) -> None:
        self._work = work
        self._reasons = {int(letter): reason for letter, reason in _AGAIN.findall(log)}
        self.verdict = Verdict()

    def look_at(self, customer: Customer) -> None:
        """Judge the conversation of a customer."""
        if customer.conversation is None:
            self.verdict.lost += [f"{customer.name}: no conversation, {one} is gone" for one in customer.sent]
            return
        messages = list(self._work.conversations.list_messages(customer.conversation))
        self._judge_sent(customer, messages)
        self._judge_answers(customer, messages)
        if isinstance(customer, TelegramCustomer):
            self._judge_telegram(customer, messages)
        elif isinstance(customer, WebCustomer):
            self._judge_web(customer, messages)

    def look_at_all(self) -> None:
        """Judge what must hold over all conversations."""
        for what, columns in (
            ("an answer", (InterviewAnswer.interview_id, InterviewAnswer.question)),
            ("a reason", (StatedReason.interview_id, StatedReason.label, StatedReason.message_id)),
            ("an offer", (OfferGrant.interview_id,)),
        ):
            doubled = sa.select(*columns).group_by(*columns).having(sa.func.count() > 1)
            rows = self._work.session.execute(doubled.where(columns[0].is_not(None))).all()
            self.verdict.answered_twice += [f"{what} stored twice: {tuple(row)}" for row in rows]
        # Nobody here says two things at once, so a message that answers two questions was taken for new a second time.
        answering = InterviewAnswer.message_id
        twice = sa.select(answering).where(answering.is_not(None)).group_by(answering).having(sa.func.count() > 1)
        found = self._work.session.scalars(twice).all()
        self.verdict.answered_twice += [f"message {one} was taken for the answer to two questions" for one in found]

    # ---- what they sent -------------------------------------------------------------------------------------------

    def _judge_sent(self, customer: Customer, messages: list[Message]) -> None:
        places: list[int] = []
        for client_id in customer.sent:
            stored = [message for message in messages if message.client_id == client_id]
            if not stored:
                self.verdict.lost.append(f"{customer.name}: {client_id} is not in the transcript")
                continue
            if len(stored) > 1:
                self.verdict.answered_twice.append(f"{customer.name}: {client_id} is there {len(stored)} times")
            places.append(stored[0].position)
            self._judge_turn(customer, stored[0], messages)
        if places != sorted(places):
            self.verdict.reordered.append(f"{customer.name}: what they sent stands at {places}")
        known = {*customer.sent, None}
        foreign = [one for one in messages if one.author is Author.CUSTOMER and one.client_id not in known]
        self.verdict.answered_twice += [f"{customer.name}: {one.client_id} was never sent" for one in foreign]

    def _judge_turn(self, customer: Customer, message: Message, messages: list[Message]) -> None:
        turn = self._work.turns.find(message.id)
        if turn is None or turn.state is TurnState.WAITING:
            self.verdict.lost.append(f"{customer.name}: no turn was made of message {message.id}")
            return
        replies = [one for one in messages if one.in_reply_to == message.id and one.response not in _NO_ANSWER]
        if turn.state is TurnState.DONE and not replies:
            self.verdict.lost.append(f"{customer.name}: message {message.id} was never answered")
        if any(reply.response == Sentence.FAILED.value for reply in replies):
            self.verdict.lost.append(f"{customer.name}: the turn of message {message.id} was given up")

    def _judge_answers(self, customer: Customer, messages: list[Message]) -> None:
        said = Counter(
            (message.in_reply_to, message.response or message.text)
            for message in messages
            if message.author is Author.BOT and message.in_reply_to is not None
        )
        for (message_id, response), number in said.items():
            if number > 1:
                self.verdict.answered_twice.append(f"{customer.name}: {response} {number} times to {message_id}")
        unasked = [one for one in messages if one.author is Author.BOT and one.in_reply_to is None]
        self.verdict.answered_twice += [f"{customer.name}: message {one.id} answers nothing" for one in unasked]

    # ---- what they saw --------------------------------------------------------------------------------------------

    def _judge_web(self, customer: WebCustomer, messages: list[Message]) -> None:
        written = [
            Seen(one.position, one.author.value, one.text) for one in messages if one.author is not Author.SYSTEM
        ]
        live = customer.seen
        positions = [one.position for one in live]
        if positions != sorted(set(positions)):
            self.verdict.reordered.append(f"{customer.name}: the stream brought {positions}")
        elif live != written[: len(live)]:
            self.verdict.lost.append(f"{customer.name}: the stream has left something out while it happened")
        anew = customer.read_anew()
        self.verdict.lost += [f"{customer.name}: not in the stream: {one}" for one in written if one not in anew]
        self.verdict.answered_twice += [
            f"{customer.name}: only in the stream: {one}" for one in anew if one not in written
        ]

    def _judge_telegram(self, customer: TelegramCustomer, messages: list[Message]) -> None:
        transcript = [message for message in messages if message.author is Author.BOT]
        letters = self._list_letters(customer.conversation or "")
        doubtful = [letter for letter in letters if letter.uncertain or letter.state is LetterState.UNKNOWN]
        self.verdict.unknown.update(self._find_reason(customer, letter) for letter in doubtful)
        written = "".join(squeeze(message.text) for message in transcript)
        given_up = [self._find_reason(customer, letter) for letter in letters if letter.state is LetterState.UNKNOWN]
        why = f" (letters given up as unknown: {given_up})" if given_up else ""
        place, before, again = 0, [], []
        for text in map(squeeze, customer.person.heard):
            if written.startswith(text, place):
                place += len(text)
                before.append(text)
            elif text in before:
                again.append(text)
            elif text in written[place:]:
                gone = written[place : written.index(text, place)]
                self._say_missing(customer, gone, why)
                place = written.index(text, place) + len(text)
                before.append(text)
            else:
                self.verdict.reordered.append(f"{customer.name} saw what the transcript has elsewhere: {text[:60]}")
        if place < len(written):
            self._say_missing(customer, written[place:], why)
        self._explain(customer, again, self._write_letters(doubtful, letters, transcript))

    def _find_reason(self, customer: TelegramCustomer, letter: Letter) -> str:
        """Return why it was unknown whether a letter had arrived; the record forgets that once it has."""
        reason = self._reasons.get(letter.id)
        if reason is None:
            return customer.misfortune or "killed before a line was logged"
        return "killed while sending" if reason == INTERRUPTED else f"connection cut ({reason})"

    def _say_missing(self, customer: TelegramCustomer, gone: str, why: str) -> None:
        came_later = any(gone.startswith(squeeze(text)) for text in customer.person.heard)
        where = self.verdict.reordered if came_later else self.verdict.lost
        where.append(f"{customer.name} did not see in its place{why}: {gone[:80]}")

    def _explain(self, customer: TelegramCustomer, again: list[str], doubtful: list[tuple[str, Letter]]) -> None:
        for text, number in Counter(again).items():
            explaining = [letter for written, letter in doubtful if text in written]
            why = self._find_reason(customer, explaining[0]) if explaining else "unexplained"
            self.verdict.redelivered[why] += number
            allowed = sum(letter.attempts - 1 for letter in explaining)
            if number > allowed:
                self.verdict.unexplained.append(f"{customer.name} saw {number} times too often: {text[:60]}")

    def _list_letters(self, conversation_id: str) -> list[Letter]:
        query = sa.select(Letter).where(Letter.conversation_id == conversation_id).order_by(Letter.id)
        return list(self._work.session.scalars(query))

    def _write_letters(
        self, doubtful: list[Letter], letters: list[Letter], transcript: list[Message]
    ) -> list[tuple[str, Letter]]:
        """Return doubtful letters with what they said, which the record keeps in the transcript alone."""
        ends = sorted({letter.message_id for letter in letters})
        written = []
        for letter in doubtful:
            before = max((end for end in ends if end < letter.message_id), default=0)
            group = [one.text for one in transcript if before < one.id <= letter.message_id]
            written.append((squeeze("".join(group)), letter))
        return written
