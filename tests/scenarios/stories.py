"""Stories: conversations told in YAML, how they are held, and how they are judged by what is stored then."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from bot.clock import utc_now
from bot.console.flags import Mark, mark_customer
from bot.conversations.announcer import Announcer
from bot.conversations.handoff import HandoffService
from bot.conversations.interviews import InterviewService
from bot.conversations.offers import OfferService
from bot.conversations.policy import load_policy
from bot.storage.tables import AnswerState, Channel, StaffUser
from bot.storage.unit_of_work import UnitOfWork
from tests.interviews import FakeClassifier
from tests.scenarios.customer import OPENING, Customer
from tests.scenarios.leaving import wait_until_looked_at
from tests.stack import Stack

HERE = Path(__file__).parent
ALL = sorted(HERE.glob("*/*.yml"))
ON_THE_WEB = [path for path in ALL if "\nonly: telegram\n" not in path.read_text(encoding="utf-8")]
ON_TELEGRAM = [path for path in ALL if "\nonly: web\n" not in path.read_text(encoding="utf-8")]


def read_story(path: Path) -> tuple[dict[str, Any], dict[str, object] | None]:
    scenario = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(scenario) - {"vouched", "only"} == {"name", "steps", "then"}
    claims = scenario.get("vouched")
    return scenario, claims and {"sub": uuid.uuid4().hex, **claims}


def hold(scenario: dict[str, Any], stack: Stack, customer: Customer) -> None:
    assert customer.hear_opening() == OPENING
    go_on(scenario, stack, customer)
    with stack.database.read() as work:
        found = {key: _READERS[key](work, customer.conversation) for key in scenario["then"]}
    assert found == scenario["then"]


def go_on(scenario: dict[str, Any], stack: Stack, customer: Customer) -> None:
    """Do each step of a story, and hear what it says."""
    for number, step in enumerate(scenario["steps"], 1):
        expected = step.pop("bot", [])
        _do(stack, customer, step)
        assert customer.hear(expected) == expected, f"step {number} of {scenario['name']!r}: {step}"


def _do(stack: Stack, customer: Customer, step: dict[str, Any]) -> None:
    ((kind, value),) = step.items()
    match kind:
        case "user":
            customer.type(str(value))
        case "press":
            customer.press(str(value))
        case "skip_and_cancel":
            customer.skip_and_cancel()
        case "staff" if value in ("confirm_offer", "refuse_offer", "flag"):
            _decide(stack, customer.conversation, value)
        case "new_chat":
            customer.begin_anew()
        case "staff":
            _act_as_staff(stack, customer.conversation, value)
        case "looked_at":
            _let_planner_look(stack, customer.conversation)
        case "offer_ends":
            _end_offer(stack, customer.conversation)
        case "silent_for_hours":
            _let_time_pass(stack, customer.conversation, value)
        case _:
            raise AssertionError(f"{kind!r} is no step")


def _find_staff(stack: Stack) -> StaffUser:
    with stack.database.write() as work:
        user = work.staff.find_by_name("Robin")
        if user is None:
            user = StaffUser(name="Robin", password_hash="-", created_at=utc_now())
            work.staff.add(user)
        work.commit()
        work.session.expunge(user)
    return user


def _act_as_staff(stack: Stack, conversation_id: str, what: str) -> None:
    user = _find_staff(stack)
    handoff = HandoffService(stack.database, Announcer(), utc_now)
    if what == "hand_back":
        handoff.hand_back(conversation_id, user)
    else:
        handoff.reply(conversation_id, user, what)


def _decide(stack: Stack, conversation_id: str, what: str) -> None:
    user = _find_staff(stack)
    if what == "flag":
        mark_customer(stack.database, conversation_id, Mark.FLAGGED, user.name, utc_now())
        return
    # The application makes the turn that follows.
    offers = OfferService(stack.database, load_policy(), Announcer(), utc_now)
    (offers.confirm if what == "confirm_offer" else offers.refuse)(conversation_id, user)


def _let_planner_look(stack: Stack, conversation_id: str) -> None:
    """Wait until what comes next for this customer has been planned."""
    with stack.database.read() as work:
        customer_id = work.conversations.get(conversation_id).customer_id
    assert customer_id is not None
    wait_until_looked_at(stack.database, customer_id)


def _end_offer(stack: Stack, conversation_id: str) -> None:
    """Let the deadline of the offer that was made here pass."""
    with stack.database.write() as work:
        touch = work.touches.find_last_in(conversation_id)
        grant = work.touches.find_offer(touch) if touch is not None else None
        assert grant is not None
        grant.deadline = utc_now() - timedelta(minutes=1)
        work.commit()


def _let_time_pass(stack: Stack, conversation_id: str, hours: float) -> None:
    """Make everything said here so many hours older, and let the application look for silent interviews."""
    with stack.database.write() as work:
        conversation = work.conversations.get(conversation_id, lock=True)
        conversation.last_message_at -= timedelta(hours=hours)
        interview = work.interviews.find(conversation_id)
        if interview is not None and interview.finished_at is not None:
            interview.finished_at -= timedelta(hours=hours)
        work.commit()
    InterviewService(stack.database, FakeClassifier(), utc_now).abandon_silent()


def _read_interview(work: UnitOfWork, conversation_id: str, name: str) -> Any:
    interview = work.interviews.find(conversation_id)
    value = getattr(interview, name) if interview else None
    return getattr(value, "value", value)


def _read_answers(work: UnitOfWork, conversation_id: str) -> dict[str, Any]:
    """Return each question's number or yes and no where it has one, its words otherwise, and "skipped" if it was."""
    interview = work.interviews.find(conversation_id)
    return {
        answer.question: "skipped"
        if answer.state is AnswerState.SKIPPED
        else (answer.value if answer.value is not None else answer.text or "answered")
        for answer in (interview.answers if interview else [])
    }


def _read_reasons(work: UnitOfWork, conversation_id: str) -> dict[str, list[str]]:
    interview = work.interviews.find(conversation_id)
    found: dict[str, list[str]] = {}
    for reason in interview.reasons if interview else []:
        found.setdefault(reason.source.value, []).append(reason.label.value)
    return {source: sorted(labels) for source, labels in found.items()}


def _read_contacts(work: UnitOfWork, conversation_id: str) -> dict[str, bool | None]:
    customer = work.customers.find(work.conversations.get(conversation_id).customer_id or 0)
    points = customer.contact_points if customer else []
    return {point.address: point.consent for point in points if point.channel is Channel.EMAIL}


def _read_consent_here(work: UnitOfWork, conversation_id: str) -> bool | None:
    customer = work.customers.find(work.conversations.get(conversation_id).customer_id or 0)
    points = customer.contact_points if customer else []
    return next((point.consent for point in points if point.channel is Channel.TELEGRAM), None)


def _read_wordings(work: UnitOfWork, conversation_id: str) -> bool:
    customer = work.customers.find(work.conversations.get(conversation_id).customer_id or 0)
    asked = work.conversations.find_last_response(conversation_id, "utter_ask_exit_interview_consent")
    return bool(customer and asked and all(p.consent_wording == asked.text for p in customer.contact_points))


def _read_offer(work: UnitOfWork, conversation_id: str) -> dict[str, Any] | None:
    grant = work.offers.find_in(conversation_id)
    if grant is None:
        return None
    return {
        "kind": grant.kind.value,
        "state": grant.state.value,
        "worth": grant.worth,
        "rule": grant.rule,
        "has_code": grant.code is not None,
    }


def _is_code_shown(work: UnitOfWork, conversation_id: str) -> bool:
    grant = work.offers.find_in(conversation_id)
    said = [message.text for message in work.conversations.list_messages(conversation_id)]
    return any("STAY-" in text for text in said) and (grant is not None and any(str(grant.code) in t for t in said))


_READERS = {
    "offer": _read_offer,
    "code_is_shown": _is_code_shown,
    "guesses": lambda work, which: _read_interview(work, which, "guesses"),
    "language": lambda work, which: _read_interview(work, which, "language"),
    "sensitive": lambda work, which: _read_interview(work, which, "sensitive"),
    "told": lambda work, which: _read_interview(work, which, "told"),
    "outcome": lambda work, which: _read_interview(work, which, "outcome"),
    "ended_by": lambda work, which: _read_interview(work, which, "ended_by"),
    "leading_reason": lambda work, which: _read_interview(work, which, "leading_reason"),
    "answers": _read_answers,
    "reasons": _read_reasons,
    "contacts": _read_contacts,
    "consent_on_telegram": _read_consent_here,
    "consent_wording_is_what_was_asked": _read_wordings,
    "interview": lambda work, which: work.interviews.find(which),
    "opted_out": lambda work, which: work.conversations.get(which).opted_out_at is not None,
    "erased": lambda work, which: work.conversations.get(which).erased_at is not None,
    "mode": lambda work, which: work.conversations.get(which).mode.value,
    "waits_for_staff": lambda work, which: work.conversations.get(which).handoff_requested_at is not None,
    "receipts": lambda work, which: len(work.erasures.list_receipts(which)),
}
