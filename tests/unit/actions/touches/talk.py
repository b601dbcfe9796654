"""A conversation that we have begun, action by action: what the person types or presses, and what they hear."""

from __future__ import annotations

from typing import Any

from actions.action import FarewellAction
from actions.announcement import ActionAnswerAnnouncement, ActionBeginAnnouncement
from actions.check_in import ActionAnswerCheckIn, ActionBeginCheckIn
from actions.thanks import ActionBeginThanks
from actions.welcome_back import ActionAnswerWelcomeBack, ActionBeginWelcomeBack
from bot.bootstrap import Services
from bot.conversations.touches import TRIGGERS
from bot.conversations.triggers import add_trigger
from bot.retention.offers import OfferKind
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchKind
from bot.storage.tables import Conversation, OfferGrant, PlannedTouch
from bot.storage.touches import TOUCH_MARK
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.interviews import add_conversation
from tests.touches import Leaver
from tests.trackers import Done, make_tracker, run

BEGIN: dict[TouchKind, type[FarewellAction]] = {
    TouchKind.CHECK_IN: ActionBeginCheckIn,
    TouchKind.WELCOME_BACK: ActionBeginWelcomeBack,
    TouchKind.REMINDER: ActionBeginWelcomeBack,
    TouchKind.ANNOUNCEMENT: ActionBeginAnnouncement,
    TouchKind.THANKS: ActionBeginThanks,
}
ANSWER: dict[TouchKind, type[FarewellAction]] = {
    TouchKind.CHECK_IN: ActionAnswerCheckIn,
    TouchKind.WELCOME_BACK: ActionAnswerWelcomeBack,
    TouchKind.REMINDER: ActionAnswerWelcomeBack,
    TouchKind.ANNOUNCEMENT: ActionAnswerAnnouncement,
}

CRASHED = Leaver(Reason.TECHNICAL_RELIABILITY, "The app kept crashing. Every single day!", days_ago=40)
TAPPED = Leaver(Reason.PRICE, tapped="It's too expensive", days_ago=500)
STRANGER = Leaver()
PRICE = Leaver(Reason.PRICE, "far too expensive for two lessons a month", days_ago=45)
CHECK_IN, WELCOME_BACK = TouchKind.CHECK_IN, TouchKind.WELCOME_BACK
DISCOUNT = {"offer": OfferKind.DISCOUNT}


class TouchTalk:
    """One touch to one person, in the conversation "c1"."""

    def __init__(self, services: Services, database: Database, clock: FixedClock) -> None:
        self.services, self.database, self.clock = services, database, clock
        self.slots: dict[str, Any] = {}
        self.kind = TouchKind.CHECK_IN
        self.touch_id = ""
        self.customer_id = 0
        add_conversation(database, clock())

    async def begin(self, leaver: Leaver, kind: TouchKind, **what: Any) -> Done:
        """Let somebody have left, and write to them."""
        self.kind = kind
        self.clock.move(minutes=1)
        self.customer_id = leaver.leave(self.database, self.clock())
        with self.database.write() as work:
            work.conversations.get("c1", lock=True).customer_id = self.customer_id
            work.commit()
        self.touch_id = leaver.add_touch(
            self.database, self.clock(), self.customer_id, kind, conversation_id="c1", **what
        )
        with self.database.write() as work:
            conversation = work.conversations.get("c1", lock=True)
            add_trigger(work, conversation, TRIGGERS[kind], self.clock(), client_id=f"{TOUCH_MARK}{self.touch_id}")
            work.commit()
        return await self._run(BEGIN[kind], make_tracker(None, f"EXTERNAL_{kind.value}", **self.slots))

    async def type(self, text: str, intent: str = "inform", confidence: float = 0.7) -> list[str]:
        """Type something, and return what is answered."""
        tracker = make_tracker(text, intent, confidence=confidence, **self.slots)
        return (await self._run(ANSWER[self.kind], tracker)).responses

    async def press(self, question: str, value: str, title: str = "…") -> list[str]:
        """Press a button, and return what is answered."""
        tracker = make_tracker(title, "answer", button={"question": question, "value": value}, **self.slots)
        return (await self._run(ANSWER[self.kind], tracker)).responses

    async def _run(self, action: type[FarewellAction], tracker: Any) -> Done:
        done = await run(action(self.services), tracker)
        self.slots |= done.slots
        return done

    @property
    def is_over(self) -> bool:
        """Whether what comes next is answered as after an interview."""
        return self.slots["interview"] == "over"

    def read_touch(self) -> PlannedTouch:
        """Return the touch as it is stored now."""
        with self.database.read() as work:
            touch = work.touches.find(self.touch_id)
            assert touch is not None
            work.session.expunge_all()
            return touch

    def read_offer(self) -> OfferGrant:
        """Return its offer as it is stored now."""
        with self.database.read() as work:
            grant = work.touches.find_offer(self.read_touch())
            assert grant is not None
            work.session.expunge_all()
            return grant

    def read_conversation(self) -> Conversation:
        """Return the conversation as it is stored now."""
        with self.database.read() as work:
            conversation = work.conversations.get("c1")
            work.session.expunge_all()
            return conversation
