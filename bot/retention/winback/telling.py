"""Says in plain words what a rule of winning back decided, for the person who asks "why was she contacted?".

It must not decide anything.
"""

from __future__ import annotations

from datetime import datetime, tzinfo

from bot.retention.dates import write_day
from bot.retention.reasons import Reason
from bot.retention.winback.touches import Touch, TouchKind, TouchState

_RULES = {
    "announcement": "something they left over was put right",
    "thanks": "they came back after they had heard from us",
    "reminder": "an offer they have not answered ends soon",
    "barred.opted_out": "they asked us never to write again",
    "barred.suppressed": "one of their addresses is suppressed",
    "barred.sensitive": "they told us of a hardship",
    "barred.flagged": "staff have flagged them",
    "barred.disputed": "they complained about us or dispute a charge",
    "barred.returned": "they came back",
    "barred.not_returned": "they have not come back since they heard from us",
    "barred.no_thanks": "the policy has nobody thanked",
    "barred.left_again": "it belongs to an earlier leaving",
    "barred.other_reason": "it was planned for another reason or day of leaving than the one known since",
    "barred.not_left": "they have not left, or not yet",
    "barred.accepted": "they accepted an offer",
    "barred.declined": "they declined an offer",
    "barred.at_rest": "they said that all is well without us, or no, so they only hear news they asked for",
    "barred.unlikely": "they said they will hardly come back, so they only hear news they asked for",
    "barred.holdout": "they are held out for comparison",
    "barred.attempts": "they have heard from us as often as the policy allows after one leaving",
    "barred.unreachable": "where they agreed to hear from us they cannot be reached",
    "barred.no_consent": "they have not agreed to hear from us on any channel we use",
    "improvement.other_place": "it is about another place than theirs",
    "improvement.other_feature": "they never named that feature",
    "improvement.other_product": "they never had that product",
    "hold.window": "it is not daytime on a day we write, where they live",
    "hold.claimed": "another message to them is just being sent",
    "hold.handoff": "staff are talking with them",
    "hold.asked_later": "they asked to be left alone until then",
    "hold.conversation": "they were in a conversation until just now",
    "hold.cooldown": "they heard from us a short while ago",
    "hold.cap": "they have heard from us as often as the cap allows for now",
    "hold.not_reached": "nobody took the call",
    "winback.asked_later": "they asked to be asked again",
    "failed.not_reached": "nobody took any of our calls",
    "failed.not_called": "nobody has phoned them for two weeks",
    "offer.never_heard": "they never heard of the offer",
    "late.check_in": "the first message comes by day 30 or not at all",
    "late.welcome_back": "its day is long past, or it would be the first they hear after day 30",
    "late.announcement": "it is no longer news",
    "late.thanks": "they have been back for two weeks",
    "late.reminder": "the offer ends too soon, or has ended",
    "offer.no_reason": "they never said why they left",
    "offer.none": "the policy has no offer for them",
    "offer.kind_not_for_this_reason": "that kind of offer is not for their reason",
    "offer.left_for_the_last_one": "they left soon after redeeming the last offer",
    "offer.worth_too_little": "the offer would be worth too little to them",
    "offer.above_budget": "the offer would cost more than their value allows",
}
_KINDS = {
    TouchKind.CHECK_IN: "Check-in",
    TouchKind.WELCOME_BACK: "Welcome back",
    TouchKind.ANNOUNCEMENT: "Announcement",
    TouchKind.REMINDER: "Reminder",
    TouchKind.THANKS: "Thanks",
}


def explain_rule(rule: str) -> str:
    """Return what a rule says, without a full stop."""
    if rule in _RULES:
        return _RULES[rule]
    if rule.startswith("barred.reason."):
        name = rule.removeprefix("barred.reason.")
        left = f"left over {Reason(name).title.lower()}" if name in set(Reason) else "never said why"
        return f"nothing of the kind is for people who {left}"
    if rule.startswith("winback.plans."):
        name, _, number = rule.removeprefix("winback.plans.").rpartition(".")
        whom = f"who left over {Reason(name).title.lower()}" if name in set(Reason) else "who never said why"
        return f"step {number} of the plan for people {whom}"
    if rule.startswith("winback.offers."):
        return f"the policy's offer {rule.removeprefix('winback.offers.').replace('.', ', ')}"
    return rule


def tell_touch(touch: Touch, zone: tzinfo, place: str, now: datetime) -> str:
    """Return one touch as a sentence: "Check-in: held until Monday 4 May 09:00 in Lisbon: ... (hold.window)"."""
    match touch.state:
        case TouchState.PLANNED:
            stands = f"planned for {write_moment(touch.due_at, zone, now)} in {place}"
        case TouchState.HELD:
            stands = f"held until {write_moment(touch.due_at, zone, now)} in {place}"
        case TouchState.CLAIMED:
            stands = f"being sent since {write_moment(touch.changed_at, zone, now)}"
        case TouchState.UNKNOWN:
            stands = f"may have arrived on {write_moment(touch.changed_at, zone, now)}"
        case TouchState.SENT | TouchState.SKIPPED | TouchState.FAILED:
            stands = f"{touch.state.value} on {write_moment(touch.changed_at, zone, now)}"
    by = f" by {touch.channel.value}" if touch.channel is not None and touch.state.counts else ""
    return f"{_KINDS[touch.kind]}: {stands}{by}, because {explain_rule(touch.because)} ({touch.because})."


def write_moment(moment: datetime, zone: tzinfo, now: datetime) -> str:
    """Return a moment by the clocks in a zone: "Monday 4 May 09:00"."""
    return f"{write_day(moment, zone, now)} {moment.astimezone(zone):%H:%M}"
