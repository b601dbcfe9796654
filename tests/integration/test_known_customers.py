"""A customer whom the company's site vouches for, on one device and on another, with SQLite and PostgreSQL behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.conversations.data_requests import DataRequests
from bot.conversations.identity import sign_token
from bot.conversations.opt_out import OptOutService
from bot.retention.interview import Question
from bot.retention.reading import Reading
from bot.storage.tables import Channel, ContactPoint, Conversation, Customer
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.fake_rasa import FakeRasa
from tests.gateway import TOKEN_SECRET, Gateway
from tests.gateway import Customer as Browser

ADA = {
    "sub": "C-1",
    "name": "Ada",
    "email": "ada@example.org",
    "plan": "Family",
    "monthly_value": 39,
    "currency": "EUR",
}


@pytest.fixture
async def gateway(database: Database, rasa: FakeRasa, clock: FixedClock) -> AsyncIterator[Gateway]:
    """The running gateway, with a clock that a test can move."""
    async with Gateway(database, clock, rasa).running() as running:
        yield running


@pytest.fixture
def vouch(gateway: Gateway, clock: FixedClock) -> Any:
    async def begin(trial: bool | None = None, **changes: Any) -> Browser:
        token = sign_token(TOKEN_SECRET, ADA | changes, clock())
        browser = await gateway.begin(customer_token=token, **({} if trial is None else {"trial": trial}))
        await gateway.until_quiet()
        return browser

    return begin


def read_customer(gateway: Gateway, external_id: str = "C-1") -> Customer:
    with gateway.database.read() as work:
        customer = work.customers.find_by_external_id(external_id)
        assert customer is not None
        _ = [point.address for point in customer.contact_points]
        work.session.expunge_all()
        return customer


def read_conversation(gateway: Gateway, conversation_id: str) -> Conversation:
    with gateway.database.read() as work:
        found = work.conversations.get(conversation_id)
        work.session.expunge_all()
        return found


async def test_a_customer_is_known_from_the_first_word(gateway: Gateway, clock: FixedClock, vouch: Any) -> None:
    ada = await vouch()
    customer, conversation = read_customer(gateway), read_conversation(gateway, ada.conversation)
    assert (customer.name, customer.plan, customer.monthly_value, customer.currency) == ("Ada", "Family", 3900, "EUR")
    assert (conversation.customer_id, conversation.vouched_at) == (customer.id, clock())
    # That we know an address does not mean that we may write to it.
    assert [(point.address, point.consent) for point in customer.contact_points] == [("ada@example.org", None)]


async def test_a_customer_goes_on_with_one_interview_on_every_device(
    gateway: Gateway, clock: FixedClock, vouch: Any
) -> None:
    laptop = await vouch()
    await laptop.send("It costs too much")
    await gateway.until_quiet()
    clock.move(days=2)
    phone = await vouch(plan="Solo")
    assert phone.conversation == laptop.conversation
    assert phone.token != laptop.token
    async with phone.listening():
        await phone.until(lambda: "re: It costs too much" in phone.heard())
    assert (await laptop.send("Still me")).status_code == 202
    assert read_customer(gateway).plan == "Solo"
    assert gateway.read_texts(phone.conversation).count("re: EXTERNAL_exit_interview") == 1


async def test_two_customers_never_meet(gateway: Gateway, vouch: Any) -> None:
    ada, ben = await vouch(), await vouch(sub="C-2", email="ben@example.org")
    assert ada.conversation != ben.conversation
    ben.conversation = ada.conversation
    assert (await ben.send("Let me in")).status_code == 401


async def test_a_customer_who_opens_ten_tabs_at_once_has_one_interview(gateway: Gateway, vouch: Any) -> None:
    tabs = await asyncio.gather(*(vouch() for _ in range(10)))
    assert len({tab.conversation for tab in tabs}) == 1
    assert len({tab.token for tab in tabs}) == 10


async def test_a_customer_who_leaves_again_after_a_month_is_asked_again(
    gateway: Gateway, clock: FixedClock, vouch: Any
) -> None:
    first = await vouch()
    gateway.interviews.begin(first.conversation)
    gateway.interviews.finish(first.conversation)
    clock.move(days=29)
    assert (await vouch()).conversation == first.conversation
    clock.move(days=2)
    assert (await vouch()).conversation != first.conversation


async def test_a_customer_who_stayed_and_leaves_after_all_is_asked_again(
    gateway: Gateway, clock: FixedClock, vouch: Any
) -> None:
    first = await vouch()
    gateway.interviews.begin(first.conversation)
    gateway.interviews.stay(first.conversation)
    clock.move(hours=23)
    assert (await vouch()).conversation == first.conversation
    clock.move(hours=2)
    assert (await vouch()).conversation != first.conversation


async def test_a_customer_who_joined_anew_in_between_is_asked_again(
    gateway: Gateway, clock: FixedClock, vouch: Any
) -> None:
    first = await vouch()
    clock.move(days=5)
    assert (await vouch(joined_at="2026-05-08")).conversation != first.conversation


async def test_a_trial_and_a_real_interview_of_one_customer_stay_apart(gateway: Gateway, vouch: Any) -> None:
    trial, real = await vouch(trial=True), await vouch()
    assert trial.conversation != real.conversation
    by_token = await vouch(sub="demo-1", email=None, trial=False)
    assert not read_conversation(gateway, by_token.conversation).trial


async def test_a_trial_customer_is_never_anything_else(gateway: Gateway, clock: FixedClock) -> None:
    token = sign_token(TOKEN_SECRET, {"sub": "demo-1", "trial": True}, clock())
    browser = await gateway.begin(customer_token=token, trial=False)
    assert read_conversation(gateway, browser.conversation).trial


REFUSED = [
    ("nonsense", 401, "customer_token_invalid"),
    (7, 422, "customer_token_malformed"),
    ({"sub": "C-1"}, 422, "customer_token_malformed"),
    ("x" * 5000, 422, "customer_token_malformed"),
]


@pytest.mark.parametrize(("token", "status", "code"), REFUSED)
async def test_a_token_that_proves_nothing_begins_nothing(
    gateway: Gateway, token: object, status: int, code: str
) -> None:
    answer = await gateway.http.post("/api/conversations", json={"customer_token": token})
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert len(answer.json()["message"]) > 30
    # The widget goes on without it: nobody is kept from leaving by a developer's mistake.
    assert (await gateway.begin()).conversation


async def test_a_customer_who_said_stop_is_heard_on_every_device(
    gateway: Gateway, clock: FixedClock, vouch: Any
) -> None:
    opt_outs = OptOutService(gateway.database, gateway.settings, clock)
    first = await vouch(email=None)
    opt_outs.opt_out(first.conversation)
    clock.move(days=40)
    second = await vouch(email="new@example.org")
    assert opt_outs.is_opted_out(second.conversation)
    # Who has said that is not asked for leave to write.
    settled = gateway.interviews.begin(second.conversation).standing.settled
    assert settled == {Question.CONSENT}
    # Only they themselves take it back, in whichever of their conversations.
    opt_outs.lift(second.conversation)
    clock.move(days=40)
    third = await vouch()
    assert not opt_outs.is_opted_out(third.conversation)


async def test_a_stop_outlives_the_deletion_of_everything_else(gateway: Gateway, clock: FixedClock, vouch: Any) -> None:
    opt_outs, requests = (
        OptOutService(gateway.database, gateway.settings, clock),
        DataRequests(gateway.database, clock),
    )
    first = await vouch()
    opt_outs.opt_out(first.conversation)
    requests.erase_for_person(first.conversation)
    second = await vouch()
    assert second.conversation != first.conversation
    assert opt_outs.is_opted_out(second.conversation)
    opt_outs.lift(second.conversation)
    assert not opt_outs.is_opted_out((await vouch()).conversation)


async def test_a_visitor_who_names_a_customers_address_reaches_nothing_of_theirs(
    gateway: Gateway, clock: FixedClock, vouch: Any
) -> None:
    ada, visitor = await vouch(), await gateway.begin()
    gateway.interviews.begin(visitor.conversation)
    gateway.interviews.record_answer(visitor.conversation, Question.EMAIL, Reading(address="ada@example.org"), "x")
    opt_outs, requests = (
        OptOutService(gateway.database, gateway.settings, clock),
        DataRequests(gateway.database, clock),
    )
    opt_outs.opt_out(visitor.conversation)
    opt_outs.lift(visitor.conversation)
    assert requests.summarise(visitor.conversation).account is None
    requests.erase_for_person(visitor.conversation)
    assert read_customer(gateway).name == "Ada"
    assert read_conversation(gateway, ada.conversation).erased_at is None


async def test_a_vouched_customer_has_everything_told_and_deleted(
    gateway: Gateway, clock: FixedClock, vouch: Any
) -> None:
    old = await vouch()
    clock.move(days=40)
    new = await vouch()
    requests = DataRequests(gateway.database, clock)
    known = requests.summarise(new.conversation)
    account = known.account
    assert account is not None
    assert (account.name, account.plan, account.monthly, known.other_chats) == ("Ada", "Family", "39.00 EUR", 1)
    receipt = requests.erase_for_person(new.conversation)
    with gateway.database.read() as work:
        assert work.customers.find_by_external_id("C-1") is None
        assert work.erasures.list_receipts(new.conversation) == [receipt.code]
    assert all(read_conversation(gateway, one.conversation).erased_at == clock() for one in (old, new))
    assert requests.erase_for_person(new.conversation).code == receipt.code


def test_a_visitor_with_the_address_of_a_known_customer_becomes_one_with_them(
    database: Database, clock: FixedClock
) -> None:
    with database.write() as work:
        ada = Customer(external_id="ada", created_at=clock())
        visitor = Customer(created_at=clock())
        for one, said_at in ((ada, clock()), (visitor, clock() + timedelta(days=1))):
            work.customers.add(one)
            one.contact_points.append(
                ContactPoint(
                    channel=Channel.EMAIL,
                    address="ada@example.org",
                    consent=one is ada,
                    consent_source="exit interview",
                    consent_at=said_at,
                    reachable=True,
                    created_at=clock(),
                )
            )
        work.session.flush()
        work.customers.absorb(visitor, ada)
        work.commit()
    with database.read() as work:
        found = work.customers.find_by_external_id("ada")
        assert found is not None
        assert [(point.address, point.consent) for point in found.contact_points] == [("ada@example.org", False)]
