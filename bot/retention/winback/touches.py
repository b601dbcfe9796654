"""Touches: planned or sent messages to one person who has left, and the offers they carry.

It must not decide anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.retention.channels import Channel
from bot.retention.offers import OfferKind


class TouchKind(StrEnum):
    """What a touch is for. A reminder is of an offer that was made in a welcome-back touch; thanks are for somebody who
    has come back."""

    CHECK_IN = "check_in"
    WELCOME_BACK = "welcome_back"
    ANNOUNCEMENT = "announcement"
    REMINDER = "reminder"
    THANKS = "thanks"


class TouchState(StrEnum):
    """Where a touch stands. `held`: its day has come, and a rule keeps it for later. `claimed`: it is being sent, so it
    may have left. `unknown`: nobody can tell whether it arrived, so it counts as if it had."""

    PLANNED = "planned"
    HELD = "held"
    CLAIMED = "claimed"
    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNKNOWN = "unknown"

    @property
    def is_open(self) -> bool:
        """Tell whether it may still be sent."""
        return self in (TouchState.PLANNED, TouchState.HELD)

    @property
    def counts(self) -> bool:
        """Tell whether the person heard from us, or may have."""
        return self in (TouchState.CLAIMED, TouchState.SENT, TouchState.UNKNOWN)


class TouchAnswer(StrEnum):
    """What somebody said to a touch. `fine`: all is well without us. `open`: they may come back. `changed`: something
    is different now, in their own words. `not_now`: they want to be asked later."""

    FINE = "fine"
    OPEN = "open"
    CHANGED = "changed"
    ANNOYED = "annoyed"
    NOT_NOW = "not_now"
    ACCEPTED = "accepted"
    DECLINED = "declined"

    @property
    def wants_rest(self) -> bool:
        """Tell whether nothing more should come unasked."""
        return self in (TouchAnswer.FINE, TouchAnswer.ANNOYED, TouchAnswer.DECLINED)


class OfferAnswer(StrEnum):
    """What somebody did with an offer."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    REDEEMED = "redeemed"


@dataclass(frozen=True)
class WelcomeBackOffer:
    """What is offered to somebody who has left. `worth` is in minor units, 0 where it is worth no money; `deadline` is
    the last moment at which it can be taken; `rule` names the row of the policy it comes from."""

    id: str
    kind: OfferKind
    worth: int
    deadline: datetime
    rule: str
    answer: OfferAnswer | None = None


@dataclass(frozen=True)
class Touch:
    """One touch. `key` tells it from all others to the same person, so that nothing is planned twice. `leaving` is the
    number of the leaving it belongs to, `wanted_at` the moment the plan has for it, `due_at` when it is looked at next;
    `changed_at` since when it is in this state, for a sent one when it was sent. `rule` planned it; `because` is the
    rule that decided last. `channel` is chosen when it is planned, and anew when it is sent. `improvement` is told by
    an announcement. A reminder carries the offer it reminds of; what was answered stands with the touch that made the
    offer."""

    key: str
    kind: TouchKind
    state: TouchState
    leaving: int
    wanted_at: datetime
    due_at: datetime
    changed_at: datetime
    rule: str
    because: str
    channel: Channel | None = None
    improvement: str | None = None
    offer: WelcomeBackOffer | None = None
