"""Stories in which we write first: who had left and why, what they hear, what they say to it, and what is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

from bot.clock import utc_now
from bot.conversations.consents import list_contact_points
from bot.conversations.opt_out import OptOutService
from bot.retention.winback.touches import TouchState
from bot.storage.tables import Author, Customer, Delivery, DeliveryKind, OfferGrant, PlannedTouch
from bot.storage.unit_of_work import UnitOfWork
from tests.campaign.audience import write_policy
from tests.postbox import Postbox
from tests.scenarios.lapsed_customers import LapsedByMail, LapsedOnTelegram
from tests.scenarios.leaving import Leaving, wait_until_looked_at
from tests.scenarios.stories import go_on
from tests.stack import Stack, find_free_port
from tests.telegram.bot_api import BotApi

ALL = sorted((Path(__file__).parent / "touches").glob("*/*.yml"))
NAMES = [f"{path.parent.name}/{path.stem}" for path in ALL]
AT_ONCE = 50
"""All at once: in each there is a wait for the engine, and nobody thinks longer than that."""

Stories = dict[Any, Future[None]]
"""Each is told by a file, or by a function of the test."""


def make_stack(folder: Path, bot_api: BotApi, postbox: Postbox) -> Stack:
    """Return what writes to everybody whose time has come, on any day, by either channel."""
    return Stack(
        folder,
        telegram_bot_token=bot_api.token,
        telegram_api_base_url=bot_api.url,
        policy_path=write_policy(folder),
        email_from="hello@bramble-and-oak.example",
        smtp_host="127.0.0.1",
        smtp_port=postbox.port,
        smtp_starttls=False,
        # Nobody is there: news for the company's own system waits, and can be looked at.
        webhook_url=f"http://127.0.0.1:{find_free_port()}/hook",
        webhook_secret=f"whsec_{'a' * 43}=",
    )


def read_story(path: Path) -> tuple[dict[str, Any], Leaving]:
    story = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(story) == {"name", "left", "hears", "steps", "then"}
    return story, Leaving.read(story["left"])


def hold(story: dict[str, Any], stack: Stack, customer: LapsedOnTelegram | LapsedByMail) -> None:
    """Hear what we write, hold the story, and judge it by what is stored once the planner has looked."""
    assert customer.hear([story["hears"]]) == [story["hears"]]
    go_on(story, stack, customer)
    wait_until_looked_at(stack.database, customer.customer_id)
    with stack.database.read() as work:
        touch = work.touches.find_last_in(customer.conversation)
        assert touch is not None
        found = {key: _READERS[key](work, touch, stack) for key in story["then"]}
    assert found == story["then"]


@contextmanager
def under_way(request: pytest.FixtureRequest, tell: Callable[[Any], None]) -> Iterator[Stories]:
    """Yield the stories of this module that are to be tested, all of them under way."""
    wanted = [
        item.callspec.params["story"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.path and "story" in item.callspec.params
    ]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        yield {story: threads.submit(tell, story) for story in wanted}


def _read_asked_later(work: UnitOfWork, touch: PlannedTouch, stack: Stack) -> int | None:
    """Return for how many days they are left alone."""
    not_before = work.session.get_one(Customer, touch.customer_id).not_before
    return None if not_before is None else round((not_before - utc_now()) / timedelta(days=1))


def _read_next(work: UnitOfWork, touch: PlannedTouch, stack: Stack) -> dict[str, str]:
    """Return what is planned for them, and by which rule."""
    return {other.kind.value: other.rule for other in _list_touches(work, touch) if other.state.is_open}


def _read_dropped(work: UnitOfWork, touch: PlannedTouch, stack: Stack) -> dict[str, str]:
    skipped = (other for other in _list_touches(work, touch) if other.state is TouchState.SKIPPED)
    return {other.kind.value: other.because for other in skipped}


def _list_touches(work: UnitOfWork, touch: PlannedTouch) -> list[PlannedTouch]:
    query = sa.select(PlannedTouch).where(PlannedTouch.customer_id == touch.customer_id)
    return list(work.session.scalars(query.order_by(PlannedTouch.planned_at)))


def _is_early(work: UnitOfWork, touch: PlannedTouch, stack: Stack) -> bool:
    """Tell whether anything would come before they want to hear from us again."""
    not_before = work.session.get_one(Customer, touch.customer_id).not_before
    planned = [other.due_at for other in _list_touches(work, touch) if other.state.is_open]
    return not_before is not None and any(at < not_before for at in planned)


def _is_suppressed(work: UnitOfWork, touch: PlannedTouch, stack: Stack) -> bool:
    """Tell whether all their addresses are."""
    opt_outs = OptOutService(stack.database, stack.settings, utc_now)
    points = list_contact_points(work, work.conversations.get(touch.conversation_id or ""))
    return bool(points) and all(
        work.suppressions.holds(opt_outs.hash_contact(one.channel, one.address)) and one.consent is False
        for one in points
    )


def _read_offer(work: UnitOfWork, touch: PlannedTouch, stack: Stack) -> dict[str, Any] | None:
    grant = work.touches.find_offer(touch)
    if grant is None:
        return None
    return {"kind": grant.kind.value, "state": grant.state.value, "worth": grant.worth, "rule": grant.rule}


def _is_code_shown(work: UnitOfWork, touch: PlannedTouch, stack: Stack) -> bool:
    """Tell whether they have been told the code that is theirs; any other code would be a fault."""
    grant = work.touches.find_offer(touch)
    said = " ".join(message.text for message in work.conversations.list_messages(touch.conversation_id or ""))
    code = grant.code if grant is not None else None
    assert ("STAY-" in said) == (code is not None and code in said)
    return "STAY-" in said


def _read_news(work: UnitOfWork, touch: PlannedTouch, stack: Stack) -> list[str]:
    """Return what the company's own system is told."""
    query = sa.select(Delivery.event).where(
        Delivery.conversation_id == touch.conversation_id, Delivery.kind == DeliveryKind.WEBHOOK
    )
    return sorted(work.session.scalars(query))


def _says_back(work: UnitOfWork, touch: PlannedTouch, stack: Stack) -> str | None:
    """Return which words of theirs we said back to them."""
    messages = work.conversations.list_messages(touch.conversation_id or "")
    first = next(message.text for message in messages if message.author is Author.BOT)
    found = re.search(r": “(.*?)”", first)
    return None if found is None else found[1]


def _read_interview(work: UnitOfWork, touch: PlannedTouch, stack: Stack) -> dict[str, Any] | None:
    """Return how the interview ended that the touch became, and why they had left."""
    interview = work.interviews.find(touch.conversation_id or "")
    if interview is None:
        return None
    reason, outcome = interview.leading_reason, interview.outcome
    return {"reason": reason and reason.value, "outcome": outcome and outcome.value}


def _count_offers(work: UnitOfWork, touch: PlannedTouch, stack: Stack) -> int:
    query = sa.select(sa.func.count()).where(OfferGrant.customer_id == touch.customer_id)
    return work.session.scalar(query) or 0


_READERS: dict[str, Callable[[UnitOfWork, PlannedTouch, Stack], Any]] = {
    "touch": lambda _, touch, __: touch.state.value,
    "answer": lambda _, touch, __: touch.answer and touch.answer.value,
    "words": lambda _, touch, __: touch.words,
    "left_alone_for_days": _read_asked_later,
    "comes_early": _is_early,
    "next": _read_next,
    "dropped": _read_dropped,
    "suppressed": _is_suppressed,
    "offer": _read_offer,
    "offers": _count_offers,
    "code_is_shown": _is_code_shown,
    "news": _read_news,
    "says_back": _says_back,
    "interview": _read_interview,
    "mode": lambda work, touch, _: work.conversations.get(touch.conversation_id or "").mode.value,
    "waits_for_staff": lambda work, touch, _: (
        work.conversations.get(touch.conversation_id or "").handoff_requested_at is not None
    ),
}
