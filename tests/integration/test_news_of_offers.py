"""The company's own system is told what somebody who had left said to a welcome-back offer."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from bot.conversations.deliveries import DeliveryBook
from bot.conversations.interviews import InterviewService
from bot.conversations.news import tell_offer
from bot.conversations.triggers import WELCOME_BACK, add_trigger
from bot.retention.channels import Channel
from bot.retention.offers import GrantState, OfferKind
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchKind, TouchState
from bot.storage.tables import Conversation, Customer, DeliveryKind, OfferGrant, PlannedTouch
from bot.storage.touches import TOUCH_MARK
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.interviews import FakeClassifier

WEBHOOK = frozenset({DeliveryKind.WEBHOOK})


class Lapsed:
    """Somebody to whom we have made an offer."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        self.book = DeliveryBook(database, clock)
        now = clock()
        with database.write() as work:
            customer = Customer(external_id="C-1041", created_at=now)
            work.customers.add(customer)
            work.conversations.add(
                Conversation(
                    id="c1", channel=Channel.EMAIL, customer_id=customer.id, created_at=now, last_message_at=now
                )
            )
            grant = OfferGrant(
                customer_id=customer.id,
                offer="winback.offers.price.middle",
                kind=OfferKind.DISCOUNT,
                reason=Reason.PRICE,
                worth=3120,
                currency="EUR",
                details={},
                state=GrantState.PROPOSED,
                rule="winback.offers.price.middle",
                policy_version=1,
                offered_at=now,
                deadline=now + timedelta(days=30),
            )
            work.offers.add(grant)
            touch_id = str(uuid.uuid4())
            add_trigger(work, work.conversations.get("c1"), WELCOME_BACK, now, client_id=f"{TOUCH_MARK}{touch_id}")
            work.session.add(
                PlannedTouch(
                    id=touch_id,
                    customer_id=customer.id,
                    key="step.2",
                    kind=TouchKind.WELCOME_BACK,
                    state=TouchState.SENT,
                    channel=Channel.EMAIL,
                    wanted_at=now,
                    due_at=now,
                    planned_at=now,
                    changed_at=now,
                    rule="winback.plans.price.2",
                    because="winback.offers.price.middle",
                    policy_version=1,
                    grant_id=grant.id,
                    conversation_id="c1",
                )
            )
            work.commit()
            self.grant_id = grant.id

    def settle(self, state: GrantState, **also: Any) -> None:
        with self.database.write() as work:
            grant = work.session.get_one(OfferGrant, self.grant_id)
            grant.state, grant.decided_at = state, self.clock()
            grant.code = "STAY-7K2M-9QXD" if state is GrantState.ACCEPTED else None
            for name, value in also.items():
                setattr(grant, name, value)
            tell_offer(work, "c1", grant, self.clock())
            work.commit()

    def take(self) -> list[dict[str, Any]]:
        return [parcel.payload for parcel in self.book.take(WEBHOOK)]


@pytest.fixture
def lapsed(database: Database, clock: FixedClock) -> Lapsed:
    return Lapsed(database, clock)


def test_a_yes_is_told_with_the_code_and_until_when_it_is_good(lapsed: Lapsed) -> None:
    lapsed.settle(GrantState.ACCEPTED)
    (told,) = lapsed.take()
    assert told["type"] == "offer.accepted"
    assert told["data"] == {
        "conversation": "c1",
        "customer": "C-1041",
        "touch": "welcome_back",
        "leading_reason": "price",
        "billing_reason": "too_expensive",
        "offer": {
            "kind": "discount",
            "worth": 3120,
            "currency": "EUR",
            "deadline": "2026-06-03T12:00:00+00:00",
            "state": "accepted",
            "code": "STAY-7K2M-9QXD",
        },
        "decided_at": "2026-05-04T12:00:00+00:00",
    }


def test_a_no_is_told(lapsed: Lapsed) -> None:
    lapsed.settle(GrantState.DECLINED)
    (told,) = lapsed.take()
    assert (told["type"], told["data"]["offer"]["code"]) == ("offer.declined", None)


@pytest.mark.parametrize(
    ("state", "also"),
    [(GrantState.REQUESTED, {}), (GrantState.EXPIRED, {}), (GrantState.ACCEPTED, {"trial": True})],
)
def test_what_is_not_granted_or_only_tried_is_not_told(lapsed: Lapsed, state: GrantState, also: dict[str, Any]) -> None:
    lapsed.settle(state, **also)
    assert lapsed.take() == []


def test_an_interview_after_an_offer_is_told_as_one_that_has_ended(lapsed: Lapsed) -> None:
    lapsed.settle(GrantState.DECLINED)
    interviews = InterviewService(lapsed.database, FakeClassifier(), lapsed.clock)
    interviews.begin("c1")
    lapsed.clock.move(minutes=1)
    interviews.finish("c1")
    first = lapsed.book.take(WEBHOOK)
    lapsed.book.note_arrival(first[0].id)
    assert [*(one.payload["type"] for one in first), *(one["type"] for one in lapsed.take())] == [
        "offer.declined",
        "interview.finished",
    ]


def test_nothing_is_told_of_somebody_who_had_everything_deleted(lapsed: Lapsed) -> None:
    lapsed.settle(GrantState.ACCEPTED)
    with lapsed.database.write() as work:
        work.conversations.get("c1", lock=True).erased_at = lapsed.clock()
        work.commit()
    assert lapsed.take() == []
