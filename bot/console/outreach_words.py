"""How the console's screens name what the bot writes of its own accord. It holds words, no logic."""

from __future__ import annotations

from datetime import datetime, tzinfo

from bot.retention.offers import GrantState
from bot.retention.winback.telling import explain_rule, tell_touch, write_moment
from bot.retention.winback.touches import Touch, TouchAnswer, TouchKind, TouchState
from bot.storage.views import ListedTouch, TouchShown

KINDS = {
    TouchKind.CHECK_IN: "Check-in",
    TouchKind.WELCOME_BACK: "Welcome back",
    TouchKind.ANNOUNCEMENT: "Announcement",
    TouchKind.REMINDER: "Reminder",
    TouchKind.THANKS: "Thanks",
}
STATES = {
    TouchState.PLANNED: "Planned",
    TouchState.HELD: "On hold",
    TouchState.CLAIMED: "Being sent",
    TouchState.SENT: "Sent",
    TouchState.SKIPPED: "Dropped",
    TouchState.FAILED: "Did not arrive",
    TouchState.UNKNOWN: "In doubt",
}
SHOWN = {
    TouchShown.ALL: "All",
    TouchShown.PLANNED: "Planned",
    TouchShown.HELD: "On hold",
    TouchShown.UNDER_WAY: "Being sent",
    TouchShown.TO_PHONE: "To phone",
    TouchShown.SENT: "Sent",
    TouchShown.UNKNOWN: "In doubt",
    TouchShown.FAILED: "Did not arrive",
    TouchShown.SKIPPED: "Dropped",
}
ANSWERS = {
    TouchAnswer.FINE: "Fine without us",
    TouchAnswer.OPEN: "May come back",
    TouchAnswer.CHANGED: "Something has changed",
    TouchAnswer.ANNOYED: "Still annoyed",
    TouchAnswer.NOT_NOW: "Not now",
    TouchAnswer.ACCEPTED: "Took the offer",
    TouchAnswer.DECLINED: "Said no",
}
PURPOSES = {
    TouchKind.CHECK_IN: "Ask how they are getting on.",
    TouchKind.WELCOME_BACK: "Welcome them back.",
    TouchKind.ANNOUNCEMENT: "Tell them what was put right.",
    TouchKind.REMINDER: "Remind them that their offer ends soon.",
    TouchKind.THANKS: "Thank them for coming back, and ask whether you kept your word.",
}
IN_DOUBT = "Nobody can tell whether this arrived. It is never sent again by itself."
CALL_DONE = {
    "reached": "It is noted what they said.",
    "missed": "It is noted. They are on this list again from tomorrow, while it still fits.",
    "given-up": "It is noted. That was the third time, so it is not tried again.",
    "stopped": "It is noted. They are not phoned again; only they themselves can change that.",
}
_FIELDS = {
    "Name the reason that it answers, such as --reason technical_reliability.": "Tick the reasons that it answers.",
    "--what": "“What was put right”",
    "--place": "“Place”",
    "--product": "“Product”",
    "--feature": "“Feature”",
    " (docs/winback.md)": "",
}


def describe_state(touch: ListedTouch) -> str:
    """Return how a touch stands."""
    return "To phone" if touch.is_to_phone else STATES[touch.state]


def explain(rule: str) -> str:
    """Return what a rule says, as a sentence begins."""
    said = explain_rule(rule)
    return said[:1].upper() + said[1:]


def list_call_answers(touch: ListedTouch) -> list[tuple[str, str]]:
    """Return what somebody may say on the phone, as a form names it and in words."""
    has_offer = touch.offer is not None and touch.offer.state is GrantState.PROPOSED
    taken = [(TouchAnswer.ACCEPTED.value, "They take the offer")] if has_offer else []
    return [
        *taken,
        (TouchAnswer.OPEN.value, "They may come back"),
        (TouchAnswer.FINE.value, "They are fine without us"),
        (TouchAnswer.CHANGED.value, "Something has changed for them"),
        (TouchAnswer.ANNOYED.value, "They are still annoyed"),
        (f"{TouchAnswer.NOT_NOW.value}:month", "Not now, in a month perhaps"),
        (f"{TouchAnswer.NOT_NOW.value}:quarter", "Not now, in three months perhaps"),
        (TouchAnswer.DECLINED.value, "They decline the offer" if has_offer else "They do not want to come back"),
    ]


def tell(touch: ListedTouch, zone: tzinfo, now: datetime) -> str:
    """Return one touch as a sentence, as `farewell outreach why` has it."""
    told = Touch(
        key=touch.id,
        kind=touch.kind,
        state=touch.state,
        leaving=0,
        wanted_at=touch.due_at,
        due_at=touch.due_at,
        changed_at=touch.changed_at,
        rule=touch.rule,
        because=touch.because,
        channel=touch.channel,
    )
    return tell_touch(told, zone, _name(zone), now)


def write_local(moment: datetime, zone: tzinfo, now: datetime) -> str:
    """Return a moment by the clocks of a zone: "Monday 4 May 09:00 in Lisbon"."""
    return f"{write_moment(moment, zone, now)} in {_name(zone)}"


def name_fields(problem: str) -> str:
    """Return a message that names options of a command with the names of the form's fields instead."""
    for option, field in _FIELDS.items():
        problem = problem.replace(option, field)
    return problem


def _name(zone: tzinfo) -> str:
    return str(zone).rpartition("/")[2].replace("_", " ")
