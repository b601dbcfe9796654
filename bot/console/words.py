"""How the console's screens name things. It holds words and the way times and lengths are written, no logic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.retention.dates import find_zone, write_day
from bot.retention.facts import FactKind
from bot.retention.money import write_amount
from bot.retention.offers import GrantState, OfferKind
from bot.storage.tables import Author, Channel, EndedBy, Mode, Outcome, ReasonSource
from bot.storage.views import Arrival, Shown, TranscriptOffer

OUTCOMES = {
    Outcome.SAVED: "Saved",
    Outcome.LEFT: "Left",
    Outcome.SKIPPED: "Skipped",
    Outcome.ABANDONED: "Abandoned",
    None: "In progress",
}

SHOWN = {
    Shown.ALL: "All",
    Shown.WAITING: "Waiting",
    Shown.OPEN: "In progress",
    Shown.SAVED: "Saved",
    Shown.LEFT: "Left",
    Shown.SKIPPED: "Skipped",
    Shown.ABANDONED: "Abandoned",
}

ENDED_BY = {
    EndedBy.FINISHED: "Answered to the end",
    EndedBy.SKIP_AND_CANCEL: "Pressed “Skip and cancel”",
    EndedBy.STOPPED: "Ended the chat",
    EndedBy.OPT_OUT: "Asked not to be contacted",
    EndedBy.STAYED: "Decided to stay",
    EndedBy.SILENCE: "Fell silent for 24 hours",
    EndedBy.OFFER_ACCEPTED: "Took the offer",
    EndedBy.SENSITIVE: "Told of something hard",
    EndedBy.ERASED: "Had their data erased",
}

MODES = {Mode.BOT: "Bot", Mode.STAFF: "Staff"}
AUTHORS = {Author.CUSTOMER: "Customer", Author.BOT: "Bot", Author.STAFF: "Staff"}
SOURCES = {ReasonSource.TAPPED: "tapped", ReasonSource.INFERRED: "inferred", ReasonSource.CORRECTED: "corrected"}
FACTS = {
    FactKind.COMPETITOR: "Rival",
    FactKind.PLACE: "Place",
    FactKind.AMOUNT: "Sum",
    FactKind.FEATURE: "Feature",
    FactKind.TIME: "Time",
}
CHANNELS = {Channel.WEB: "Web", Channel.TELEGRAM: "Telegram", Channel.EMAIL: "E-mail", Channel.PHONE: "Phone"}
ARRIVALS = {
    Arrival.BLOCKED: "Did not arrive: they have blocked the bot",
    Arrival.FAILED: "Did not arrive",
    Arrival.UNKNOWN: "May not have arrived",
    Arrival.ON_ITS_WAY: "On its way",
    Arrival.TWICE: "May have arrived twice",
}

# In the order in which they are asked. A question without an answer was not put (yet).
QUESTIONS = {
    "reason": "Why they leave",
    "probe": "The follow-up",
    "kept": "What would have kept them",
    "likelihood": "How likely to come back",
    "consent": "May we write to them",
}

OFFERS = {
    OfferKind.DISCOUNT: "Discount",
    OfferKind.SMALLER_PLAN: "Smaller plan",
    OfferKind.PAUSE: "Pause",
    OfferKind.FIX: "Somebody looks into it",
    OfferKind.CALL: "Somebody goes through it with them",
    OfferKind.PLACE: "Place near the new home",
    OfferKind.GESTURE: "Credit",
}

GRANTS = {
    GrantState.PROPOSED: "No answer yet",
    GrantState.ACCEPTED: "Taken",
    GrantState.REQUESTED: "Taken, to be confirmed by you",
    GrantState.DECLINED: "Declined",
    GrantState.REFUSED: "Refused by staff",
    GrantState.REDEEMED: "Redeemed",
    GrantState.EXPIRED: "Came too late",
}


def describe_offer(offer: TranscriptOffer) -> str:
    """Return what an offer consists of."""
    parts = [
        f"{offer.percent}% off" if offer.percent else "",
        f"for {offer.months} months" if offer.months else "",
        offer.plan or offer.place or "",
    ]
    return " ".join([OFFERS[offer.kind], *filter(None, parts)])


def describe_worth(offer: TranscriptOffer) -> str:
    """Return what an offer is worth at least, empty where it is worth no money."""
    return write_amount(offer.worth, offer.currency) if offer.currency else ""


def describe_deadline(offer: TranscriptOffer) -> str:
    """Return the last day of an offer, by the clocks where the customer lives."""
    return write_day(offer.deadline, find_zone(offer.timezone), offer.offered_at)


def describe_wait(since: datetime, now: datetime) -> str:
    """Return how long somebody has waited, in the two largest units that matter."""
    minutes = max(0, int((now - since) / timedelta(minutes=1)))
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min" if minutes else "< 1 min"


def describe_time(moment: datetime) -> str:
    """Return a time in UTC for a browser that cannot show its own."""
    return f"{moment.astimezone(UTC):%-d %b %Y, %H:%M} UTC"


def describe_answer(question: str, text: str | None, value: int | None) -> str:
    """Return an answer as staff read it."""
    if question == "likelihood" and value is not None:
        return f"{value} of 10"
    if question == "consent" and value is not None:
        return "Yes" if value else "No"
    return text or ("" if value is None else str(value))
