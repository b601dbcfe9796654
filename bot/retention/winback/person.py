"""What the rules know of somebody who has left. It names nobody: who it is, only the caller knows.

It must not decide anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.retention.channels import Channel
from bot.retention.reasons import Reason
from bot.retention.winback.touches import Touch


@dataclass(frozen=True)
class Contact:
    """A channel on which the person has an address. `consent` is None until they were asked. `suppressed`: nobody may
    ever write to this address."""

    channel: Channel
    consent: bool | None
    reachable: bool = True
    suppressed: bool = False


@dataclass(frozen=True)
class Worth:
    """What a customer is worth, in minor units of the policy's currency: what they have brought in until now, and what
    they are expected to bring in after a return. Both are margin, not price."""

    so_far: int
    second_life: int


@dataclass(frozen=True)
class Lapsed:
    """Somebody who has left. `leaving` counts how often they came back before it. `reasons` stand with the leading one
    first; none: they never said why. `likelihood` to return is from 0 to 10. `disputed`: they complained about us or
    dispute a charge. `left_for_offer`: they left soon after redeeming an offer. `waits_for_staff` holds from the moment
    a person was asked for until staff hand back. `not_before`: they asked to be left alone until then;
    `at_rest`: they said that all is well without us, or no. `places` are those of ours near where they live now; `home`
    is the one they have been with. `touches` are all there have ever been, in the order of planning."""

    left_at: datetime
    zone: tzinfo
    leaving: int = 0
    contacts: tuple[Contact, ...] = ()
    reasons: tuple[Reason, ...] = ()
    likelihood: int | None = None
    monthly_value: int | None = None
    currency: str | None = None
    worth: Worth | None = None
    holdout: bool = False
    opted_out: bool = False
    flagged: bool = False
    sensitive: bool = False
    disputed: bool = False
    returned: bool = False
    returned_at: datetime | None = None
    """When they came back, as the company's system tells it; None where that is known by a purchase alone."""
    left_for_offer: bool = False
    waits_for_staff: bool = False
    last_said_at: datetime | None = None
    not_before: datetime | None = None
    at_rest: bool = False
    home: str | None = None
    places: tuple[str, ...] = ()
    features: frozenset[str] = frozenset()
    """What they named when they said why they left, by its keys (`facts.make_key`)."""
    products: frozenset[str] = frozenset()
    """What they had of us, plan and purchases, by its keys; known only while something is told about a product."""
    touches: tuple[Touch, ...] = ()
    heard_elsewhere: tuple[datetime, ...] = ()
    """When they heard from us under another name, at an address that both names share."""

    @property
    def leading(self) -> Reason | None:
        """The reason that counts most; None where they never said why."""
        return self.reasons[0] if self.reasons else None


@dataclass(frozen=True)
class Improvement:
    """Something that was put right: which reasons it answers, since when it is told, and where it holds; `place` is
    None where it holds everywhere. `feature` and `product` are keys (`facts.make_key`); with them it is only for those
    who named that feature, or had that product."""

    id: str
    reasons: frozenset[Reason]
    told_at: datetime
    place: str | None = None
    feature: str | None = None
    product: str | None = None
