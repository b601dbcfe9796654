"""What an intake goes by beside the records: the moment, the company's currency, and how long not buying is leaving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.retention.policy import Policy


@dataclass(frozen=True)
class Terms:
    """`lapse`: who bought nothing for so long has left without a word."""

    now: datetime
    currency: str
    lapse: timedelta


def read_terms(policy: Policy, now: datetime) -> Terms:
    """Return the terms that a policy sets."""
    return Terms(now, policy.currency, timedelta(days=policy.winback.lapsed_after_days))
