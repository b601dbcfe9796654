"""The company's own system is told how interviews end, whatever happens on the way there."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.channels.webhook import WebhookSender
from bot.conversations import deliveries as module
from bot.conversations.data_requests import DataRequests
from bot.conversations.deliveries import (
    ATTEMPTS,
    LEASE,
    SPREAD,
    DeliveryBook,
    DeliveryWorker,
    NotDelivered,
    choose_pause,
)
from bot.conversations.interviews import InterviewService
from bot.retention.interview import Question
from bot.retention.offers import GrantState, OfferKind
from bot.retention.reading import Reading
from bot.retention.reasons import Reason
from bot.storage.tables import Customer, Delivery, DeliveryKind, DeliveryState, OfferGrant
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.gateway import until
from tests.interviews import FakeClassifier, add_conversation, say
from tests.receiver import Received, Receiver

KEY = b"0123456789abcdef0123456789abcdef"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
WORDS = "It got too dear, ünd the app crashed"
WEBHOOK = frozenset({DeliveryKind.WEBHOOK})


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver().running() as running:
        yield running


@pytest.fixture
async def sender(receiver: Receiver) -> AsyncIterator[WebhookSender]:
    made = WebhookSender(receiver.url, SecretStr(SECRET))
    yield made
    await made.close()


@pytest.fixture
def book(database: Database, clock: FixedClock) -> DeliveryBook:
    return DeliveryBook(database, clock)


@pytest.fixture
def interviews(database: Database, clock: FixedClock) -> InterviewService:
    classifier = FakeClassifier({WORDS: {Reason.PRICE: 0.91, Reason.TECHNICAL_RELIABILITY: 0.62}})
    return InterviewService(database, classifier, clock)


@pytest.fixture
async def worker(book: DeliveryBook, sender: WebhookSender, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    monkeypatch.setattr(module, "SWEEP_SECONDS", 0.01)
    task = asyncio.create_task(DeliveryWorker(book, {DeliveryKind.WEBHOOK: sender}).run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def leave(database: Database, interviews: InterviewService, clock: FixedClock, *, trial: bool = False) -> None:
    """Let somebody answer and leave."""
    add_conversation(database, clock(), trial=trial)
    interviews.begin("c1")
    interviews.record_answer("c1", Question.REASON, Reading(), WORDS, say(database, clock(), WORDS))
    interviews.record_answer("c1", Question.PROBE, Reading(skipped=True), "skip")
    interviews.record_answer("c1", Question.LIKELIHOOD, Reading(value=7), "seven")
    clock.move(minutes=1)
    interviews.finish("c1")


def read_all(database: Database) -> list[Delivery]:
    with database.read() as work:
        found = work.session.query(Delivery).order_by(Delivery.created_at).all()
        work.session.expunge_all()
        return found


def verify(received: Received) -> dict[str, Any]:
    """Check a request after the letter of Standard Webhooks, with nothing of ours, and return what it says."""
    named = [received.headers[f"webhook-{part}"] for part in ("id", "timestamp")]
    assert abs(int(named[1]) - time.time()) < 300
    signed = ".".join(named).encode() + b"." + received.body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert f"v1,{expected}" in received.headers["webhook-signature"].split(" ")
    said: dict[str, Any] = json.loads(received.body)
    assert said["id"] == named[0]
    return said


async def test_a_company_is_told_everything_about_an_interview_that_has_ended(
    database: Database, interviews: InterviewService, clock: FixedClock, receiver: Receiver, worker: None
) -> None:
    leave(database, interviews, clock)
    await until(lambda: read_all(database)[0].state is DeliveryState.DONE)
    [received] = receiver.received
    said = verify(received)
    assert said["type"] == "interview.finished"
    data = said["data"]
    assert isinstance(data.pop("interview"), int)
    assert data == {
        "conversation": "c1",
        "customer": None,
        "outcome": "left",
        "ended_by": "finished",
        "leading_reason": "price",
        "billing_reason": "too_expensive",
        "reasons": [
            {"label": "price", "source": "inferred", "score": 0.91},
            {"label": "technical_reliability", "source": "inferred", "score": 0.62},
        ],
        "answers": {"reason": WORDS, "probe": None},
        "return_likelihood": 7,
        "may_write": False,
        "sensitive": False,
        "offer": None,
        "started_at": "2026-05-04T12:00:00+00:00",
        "finished_at": "2026-05-04T12:01:00+00:00",
    }
    # What has arrived is not kept a second time.
    assert read_all(database)[0].payload is None


async def test_a_known_customer_and_their_offer_are_named(
    database: Database, interviews: InterviewService, clock: FixedClock, receiver: Receiver, worker: None
) -> None:
    add_conversation(database, clock())
    with database.write() as work:
        customer = Customer(external_id="C-7", name="Ada", created_at=clock())
        work.customers.add(customer)
        work.conversations.get("c1", lock=True).customer_id = customer.id
        work.commit()
    interviews.begin("c1")
    with database.write() as work:
        interview = work.interviews.find("c1")
        assert interview is not None
        work.offers.add(
            OfferGrant(
                interview_id=interview.id,
                customer_id=interview.customer_id,
                offer="loyal",
                kind=OfferKind.DISCOUNT,
                reason=Reason.PRICE,
                worth=2340,
                currency="EUR",
                code="STAY-1",
                state=GrantState.ACCEPTED,
                rule="r",
                policy_version=1,
                details={},
                offered_at=clock(),
                deadline=clock() + timedelta(days=14),
            )
        )
        work.commit()
    interviews.stay("c1")
    await until(lambda: receiver.received)
    data = verify(receiver.received[0])["data"]
    assert (data["customer"], data["outcome"], data["ended_by"]) == ("C-7", "saved", "stayed")
    assert data["offer"] == {
        "kind": "discount",
        "worth": 2340,
        "currency": "EUR",
        "deadline": "2026-05-18T12:00:00+00:00",
        "state": "accepted",
        "code": "STAY-1",
    }


@pytest.mark.parametrize("trouble", [[500], [500, 503], [404], [302], ["cut"], ["silence"], [429, "cut", 500]])
async def test_news_arrives_after_any_trouble_with_the_same_id_and_the_same_words(
    trouble: list[int | str],
    database: Database,
    interviews: InterviewService,
    clock: FixedClock,
    receiver: Receiver,
    worker: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "SEND_SECONDS", 0.3)
    receiver.behaviours = list(trouble)
    leave(database, interviews, clock)
    for attempt in range(1, len(trouble) + 1):
        await until(lambda: read_all(database)[0].error is not None and read_all(database)[0].attempts == attempt)  # noqa: B023
        await until(lambda: read_all(database)[0].next_attempt_at != clock() + LEASE)
        assert len(receiver.received) == attempt
        clock.move(seconds=choose_pause(attempt).total_seconds() * (1 + SPREAD))
    await until(lambda: read_all(database)[0].state is DeliveryState.DONE)
    assert len(receiver.received) == len(trouble) + 1
    assert {received.body for received in receiver.received} == {receiver.received[-1].body}
    assert {received.headers["webhook-id"] for received in receiver.received} == {verify(receiver.received[-1])["id"]}


async def test_a_receiver_who_is_not_there_is_tried_for_about_a_day_and_staff_see_it(
    database: Database, interviews: InterviewService, clock: FixedClock, book: DeliveryBook
) -> None:
    leave(database, interviews, clock)
    began = clock()
    nobody = WebhookSender("http://127.0.0.1:9/hook", SecretStr(SECRET))
    tried = 0
    while read_all(database)[0].state is DeliveryState.WAITING:
        clock.now = max(clock.now, read_all(database)[0].next_attempt_at)
        for parcel in book.take(WEBHOOK):
            tried += 1
            with pytest.raises(NotDelivered) as failure:
                await nobody.send(parcel)
            book.note_failure(parcel.id, failure.value)
    await nobody.close()
    assert tried == ATTEMPTS
    assert timedelta(hours=18) < clock() - began < timedelta(hours=36)
    [given_up] = read_all(database)
    assert (given_up.state, given_up.error) == (DeliveryState.FAILED, "ConnectError")
    assert book.retry_failed() == 1
    assert [parcel.id for parcel in book.take(WEBHOOK)] == [given_up.id]


async def test_a_receiver_who_wants_no_more_is_not_asked_again(
    database: Database, interviews: InterviewService, clock: FixedClock, receiver: Receiver, worker: None
) -> None:
    receiver.behaviours = [410]
    leave(database, interviews, clock)
    await until(lambda: read_all(database)[0].state is DeliveryState.FAILED)
    assert (len(receiver.received), read_all(database)[0].error) == (1, "status 410")


async def test_a_crash_between_sending_and_noting_it_sends_the_same_once_more(
    database: Database,
    interviews: InterviewService,
    clock: FixedClock,
    book: DeliveryBook,
    receiver: Receiver,
    sender: WebhookSender,
) -> None:
    leave(database, interviews, clock)
    [parcel] = book.take(WEBHOOK)
    await sender.send(parcel)
    # Here the process dies. While nobody knows that, nobody else takes it.
    assert book.take(WEBHOOK) == []
    clock.move(seconds=LEASE.total_seconds())
    interviews.stay("c1")  # What has happened since must not change what is sent again.
    [again] = DeliveryBook(database, clock).take(WEBHOOK)
    await sender.send(again)
    assert receiver.received[0].body == receiver.received[1].body
    assert verify(receiver.received[0])["id"] == verify(receiver.received[1])["id"]


async def test_an_end_that_changes_is_told_again_and_never_overtakes(
    database: Database, interviews: InterviewService, clock: FixedClock, receiver: Receiver, book: DeliveryBook
) -> None:
    leave(database, interviews, clock)
    [first] = book.take(WEBHOOK)
    clock.move(hours=1)
    interviews.stay("c1")
    assert [parcel.id for parcel in book.take(WEBHOOK)] == [first.id]
    book.note_arrival(first.id)
    [second] = book.take(WEBHOOK)
    assert [parcel.payload["type"] for parcel in (first, second)] == ["interview.finished", "interview.changed"]
    assert [parcel.payload["data"]["outcome"] for parcel in (first, second)] == ["left", "saved"]


async def test_an_interview_that_is_taken_up_again_in_time_is_not_told_as_abandoned(
    database: Database, interviews: InterviewService, clock: FixedClock, book: DeliveryBook
) -> None:
    add_conversation(database, clock())
    interviews.begin("c1")
    clock.move(hours=25)
    assert interviews.abandon_silent() == 1
    interviews.begin("c1")
    assert book.take(WEBHOOK) == []
    interviews.finish("c1")
    [parcel] = book.take(WEBHOOK)
    assert (parcel.payload["type"], parcel.payload["data"]["outcome"]) == ("interview.changed", "left")


async def test_trials_are_told_to_nobody(database: Database, interviews: InterviewService, clock: FixedClock) -> None:
    leave(database, interviews, clock, trial=True)
    assert read_all(database) == []


async def test_where_nobody_wants_to_be_told_nothing_is_kept(
    database: Database, interviews: InterviewService, clock: FixedClock, book: DeliveryBook
) -> None:
    leave(database, interviews, clock)
    assert [delivery.payload for delivery in read_all(database)] == [None]
    assert book.take(frozenset()) == []
    assert read_all(database) == []


async def test_what_somebody_has_deleted_is_sent_to_nobody_any_more(
    database: Database, interviews: InterviewService, clock: FixedClock, book: DeliveryBook
) -> None:
    leave(database, interviews, clock)
    [parcel] = book.take(WEBHOOK)
    book.note_failure(parcel.id, NotDelivered("status 500"))
    assert WORDS in json.dumps(read_all(database)[0].payload, ensure_ascii=False)
    DataRequests(database, clock).erase("c1")
    assert read_all(database) == []
    book.note_arrival(parcel.id)  # It was on its way at that moment.
    assert read_all(database) == []


def test_the_pauses_grow_and_end_at_four_hours() -> None:
    pauses = [choose_pause(attempts).total_seconds() for attempts in range(1, ATTEMPTS)]
    assert pauses[:3] == [10, 40, 160]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 4 * 3600
