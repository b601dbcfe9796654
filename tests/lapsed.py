"""People who have left, for tests of the rules of winning back, and a life that goes on for them minute by minute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.conversations.policy import load_policy
from bot.retention.channels import Channel
from bot.retention.reasons import Reason
from bot.retention.winback.person import Contact, Improvement, Lapsed
from bot.retention.winback.review import Review, review
from bot.retention.winback.touches import OfferAnswer, Touch, TouchKind, TouchState
from tests.stack import ROOT

POLICY = load_policy(ROOT / "tests/policy.yml")
RULES = POLICY.winback
LEFT = datetime(2026, 3, 4, 14, 30, tzinfo=UTC)
"""A Wednesday."""
LISBON = ZoneInfo("Europe/Lisbon")
BY_EMAIL = Contact(Channel.EMAIL, consent=True)


def somebody(*reasons: Reason, **facts: Any) -> Lapsed:
    """Return somebody in Lisbon who left for these reasons and agreed to hear from us by e-mail."""
    return Lapsed(**{"left_at": LEFT, "zone": LISBON, "contacts": (BY_EMAIL,), "reasons": reasons, **facts})


@dataclass
class Life:
    """What goes on with one person: time passes, they are looked at whenever that is due, and what is claimed is
    sent."""

    person: Lapsed
    now: datetime = LEFT
    improvements: list[Improvement] = field(default_factory=list)
    sending: TouchState = TouchState.SENT
    look_at: datetime | None = LEFT
    history: list[Touch] = field(default_factory=list)
    """Every state that a touch has been in, in order."""

    def pass_days(self, days: float) -> None:
        """Let so many days go by."""
        end = self.now + timedelta(days=days)
        while self.look_at is not None and self.look_at <= end:
            self.now = max(self.now, self.look_at)
            self.look()
        self.now = end

    def change(self, **facts: Any) -> None:
        """Let something happen to the person, after which they are looked at."""
        self.person = replace(self.person, **facts)
        self.look()

    def tell(self, improvement: Improvement) -> None:
        """Let something be put right, and tell it from now on."""
        self.improvements.append(improvement)
        self.look()

    def answer(self, answer: OfferAnswer) -> None:
        """Let them answer the offer that was made last."""
        made = [touch for touch in self.person.touches if touch.kind is TouchKind.WELCOME_BACK and touch.offer]
        offer = made[-1].offer
        assert offer is not None
        self._keep([replace(made[-1], offer=replace(offer, answer=answer))])
        self.look()

    def look(self) -> Review:
        """Look at them now, and send what is claimed."""
        found = review(self.person, POLICY, self.improvements, self.now)
        self.history += found.touches
        self._keep(found.touches)
        self.look_at = found.look_at
        claimed = [touch for touch in found.touches if touch.state is TouchState.CLAIMED]
        assert len(claimed) <= 1
        if claimed:
            ended = replace(claimed[0], state=self.sending, changed_at=self.now)
            self.history.append(ended)
            self._keep([ended])
            self.look_at = self.now
        return found

    def _keep(self, changed: Sequence[Touch]) -> None:
        touches = {touch.key: touch for touch in self.person.touches} | {touch.key: touch for touch in changed}
        self.person = replace(self.person, touches=tuple(touches.values()))

    @property
    def heard(self) -> list[Touch]:
        """Everything that was sent, in order."""
        return sorted((t for t in self.person.touches if t.state.counts), key=lambda touch: touch.changed_at)

    @property
    def kinds(self) -> list[TouchKind]:
        """What they heard, in order."""
        return [touch.kind for touch in self.heard]

    def find_day(self, touch: Touch) -> float:
        """Return on which day after leaving something happened to a touch."""
        return (touch.changed_at - self.person.left_at) / timedelta(days=1)
