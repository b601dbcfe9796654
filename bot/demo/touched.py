"""Writes down what invented customers have had from us since they left: touches, their words, answers and offers.

It must not send anything, nor let the bot do so.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from actions.offer_values import write_offer
from bot.conversations.announcements import choose_announcement, tell_back
from bot.conversations.grants import make_code
from bot.conversations.reason_names import ReasonNames
from bot.conversations.stories import Story, StoryService
from bot.conversations.touches import TRIGGERS
from bot.demo.cast import Invented
from bot.demo.interviewer import BEGINNING
from bot.demo.personas import Heard
from bot.demo.words import BotWords
from bot.retention.offers import GrantState
from bot.retention.policy import Policy
from bot.retention.reasons import Reason
from bot.retention.save_offer import end_of_day
from bot.retention.winback.calendar import find_opening
from bot.retention.winback.touches import TouchAnswer, TouchKind, TouchState
from bot.settings import Settings
from bot.storage.tables import (
    Author,
    Channel,
    Conversation,
    Letter,
    LetterKind,
    LetterState,
    Message,
    OfferGrant,
)
from bot.storage.touches import TOUCH_MARK
from bot.storage.unit_of_work import Database, UnitOfWork

THOUGHT = timedelta(hours=2)
"""So long after a message they answer it."""
_ANSWERS: dict[TouchAnswer, tuple[str, str]] = {
    TouchAnswer.OPEN: ("I might come back", "utter_touch_come_back"),
    TouchAnswer.CHANGED: ("Something has changed", "utter_touch_told"),
    TouchAnswer.ACCEPTED: ("Yes, I'd like it", "utter_welcome_back_accepted_"),
    TouchAnswer.DECLINED: ("No, thank you", "utter_touch_all_right"),
}


class Correspondent:
    """Writes to invented customers, in the past."""

    def __init__(self, database: Database, settings: Settings, policy: Policy, words: BotWords) -> None:
        self._database = database
        self._policy = policy
        self._words = words
        self._now = BEGINNING
        self._names = ReasonNames()
        self._stories = StoryService(database, lambda: self._now, settings.timezone)

    def write(self, who: Invented, customer_id: int, left_at: datetime) -> str | None:
        """Write down all that somebody has had from us; return the code of an offer that they took."""
        conversation, code = str(uuid.uuid4()), None
        for number, heard in enumerate(who.persona.heard, 1):
            opens = find_opening(left_at + timedelta(days=heard.day), ZoneInfo(who.zone), self._policy.winback)
            self._now = opens
            touch, taken = self._begin(who, customer_id, conversation, heard, number)
            story = self._stories.find(conversation)
            if story is not None:
                self._say(touch, conversation, heard, story, who)
            code = taken or code
        return code

    def _begin(
        self, who: Invented, customer_id: int, conversation: str, heard: Heard, number: int
    ) -> tuple[str, str | None]:
        touch_id, rule = str(uuid.uuid4()), _name_rule(who, heard, number)
        with self._database.write() as work:
            if work.conversations.find(conversation) is None:
                work.conversations.add(_open(conversation, customer_id, self._now))
            grant = self._grant(work, who, customer_id, heard) if heard.offer is not None else None
            touch = {
                "id": touch_id,
                "customer_id": customer_id,
                "key": f"announcement.{heard.improvement}" if heard.improvement else f"step.{number}",
                "kind": heard.kind,
                "state": TouchState.SENT,
                "channel": Channel.EMAIL,
                "wanted_at": self._now,
                "due_at": self._now,
                "planned_at": self._now - timedelta(days=heard.day),
                "changed_at": self._now,
                "rule": rule,
                "because": grant.rule if grant is not None else rule,
                "policy_version": self._policy.version,
                "improvement_id": heard.improvement,
                "grant_id": grant.id if grant is not None else None,
                "conversation_id": conversation,
                "answer": _find_answer(heard),
                "words": heard.words,
                "answered_at": self._now + THOUGHT if _find_answer(heard) else None,
            }
            work.lapsed.add_touches([touch])
            work.commit()
            return touch_id, grant.code if grant is not None else None

    def _grant(self, work: UnitOfWork, who: Invented, customer_id: int, heard: Heard) -> OfferGrant | None:
        """Make the offer that the policy has for them."""
        policy, persona, reason = self._policy, who.persona, who.persona.reason or Reason.PRICE
        monthly = int(persona.monthly * 100)
        found = policy.find_winback_terms(reason, policy.find_tier(monthly, policy.currency))
        if found is None:
            return None
        rule, terms = found
        took = heard.offer is GrantState.REDEEMED
        details: dict[str, Any] = {"percent": terms.percent, "months": terms.months, "plan": terms.plan}
        grant = OfferGrant(
            customer_id=customer_id,
            offer=rule,
            kind=terms.kind,
            reason=reason,
            worth=terms.value(monthly),
            currency=policy.currency,
            details={name: value for name, value in details.items() if value is not None} | {"timezone": who.zone},
            state=GrantState.ACCEPTED if took else heard.offer,
            code=make_code(work) if took else None,
            rule=rule,
            policy_version=policy.version,
            offered_at=self._now,
            deadline=end_of_day(self._now, terms.days, ZoneInfo(who.zone)).astimezone(UTC),
            decided_at=None if heard.offer is GrantState.PROPOSED else self._now + THOUGHT,
        )
        work.offers.add(grant)
        return grant

    def _say(self, touch_id: str, conversation_id: str, heard: Heard, story: Story, who: Invented) -> None:
        response, values = self._choose(heard, story)
        text = self._words.say(response, **values)
        with self._database.write() as work:
            conversation = work.conversations.get(conversation_id, lock=True)
            work.conversations.add_message(
                conversation,
                Author.SYSTEM,
                "",
                self._now,
                client_id=f"{TOUCH_MARK}{touch_id}",
                pressed={"intent": TRIGGERS[heard.kind], "entities": {}},
            )
            message = work.conversations.add_message(conversation, Author.BOT, text, self._now, response=response)
            work.letters.add(_mail(touch_id, conversation, message, who.email, self._now))
            answer = _find_answer(heard)
            if answer is not None:
                said, reply = _ANSWERS[answer]
                if answer is TouchAnswer.ACCEPTED and story.offer is not None:
                    reply += story.offer.kind.value
                at = self._now + THOUGHT
                work.conversations.add_message(conversation, Author.CUSTOMER, heard.words or said, at)
                back = self._words.say(reply, **values)
                work.conversations.add_message(conversation, Author.BOT, back, at, response=reply)
            work.commit()

    def _choose(self, heard: Heard, story: Story) -> tuple[str, dict[str, str]]:
        told = tell_back(story, self._names, self._now)
        if heard.kind is TouchKind.ANNOUNCEMENT:
            response, news = choose_announcement(story)
            return response, told | news
        if heard.kind is TouchKind.CHECK_IN:
            return "utter_check_in", told
        if story.offer is None:
            return "utter_welcome_back_plain", told
        return f"utter_welcome_back_offer_{story.offer.kind.value}", told | write_offer(story.offer, self._now)


def _find_answer(heard: Heard) -> TouchAnswer | None:
    answers = {GrantState.REDEEMED: TouchAnswer.ACCEPTED, GrantState.DECLINED: TouchAnswer.DECLINED}
    return heard.answer or (answers.get(heard.offer) if heard.offer is not None else None)


def _name_rule(who: Invented, heard: Heard, number: int) -> str:
    if heard.kind is TouchKind.ANNOUNCEMENT:
        return "announcement"
    return f"winback.plans.{who.persona.reason or 'unknown'}.{number}"


def _open(conversation_id: str, customer_id: int, at: datetime) -> Conversation:
    return Conversation(
        id=conversation_id,
        channel=Channel.EMAIL,
        customer_id=customer_id,
        last_position=0,
        created_at=at,
        last_message_at=at,
    )


def _mail(touch_id: str, conversation: Conversation, message: Message, address: str, at: datetime) -> Letter:
    return Letter(
        conversation_id=conversation.id,
        message_id=message.id,
        channel=Channel.EMAIL,
        address=address,
        kind=LetterKind.TOUCH,
        text=None,
        state=LetterState.SENT,
        next_attempt_at=at,
        sent_at=at,
        touch_id=touch_id,
    )
