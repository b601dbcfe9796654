"""Visitors who send too much, streams that are too many, and news that another process wrote."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from bot.channels.web import events
from bot.channels.web.limits import RateLimits
from bot.clock import utc_now
from bot.storage.tables import Author, Channel
from bot.storage.unit_of_work import Database
from tests.fake_rasa import FakeRasa
from tests.gateway import WIDGET_ORIGIN, Gateway, until

LIMITS = RateLimits(conversations_per_address="3/minute", messages_per_conversation="4/minute", streams_at_once=2)


@pytest.fixture
async def strict(sqlite_database: Database, rasa: FakeRasa) -> AsyncIterator[Gateway]:
    async with Gateway(sqlite_database, utc_now, rasa, LIMITS).running() as running:
        yield running


async def test_a_customer_who_asks_for_too_many_links_to_telegram_is_asked_to_wait(strict: Gateway) -> None:
    strict.chats.open_door(Channel.TELEGRAM, lambda token: token)
    customer = await strict.begin()
    url = f"/api/conversations/{customer.conversation}/telegram"

    answers = [await strict.http.post(url, headers=customer.headers) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 429]


async def test_a_visitor_who_begins_too_many_conversations_is_asked_to_wait(strict: Gateway) -> None:
    for _ in range(3):
        await strict.begin()

    refused = await strict.http.post("/api/conversations", json={}, headers={"Origin": WIDGET_ORIGIN})

    assert (refused.status_code, refused.json()["error"]) == (429, "too_fast")
    assert 1 <= int(refused.headers["retry-after"]) <= 61
    assert "Retry-After" in refused.headers["access-control-expose-headers"]


async def test_a_customer_who_writes_too_much_is_asked_to_wait_and_nothing_sent_before_is_lost(
    strict: Gateway,
) -> None:
    customer, other = await strict.begin(), await strict.begin()

    statuses = [(await customer.send(f"message {number}")).status_code for number in range(6)]

    assert statuses == [202] * 4 + [429] * 2
    assert (await other.send("hello")).status_code == 202
    await strict.until_quiet()
    assert strict.rasa.said_in(customer.conversation)[1:] == [f"message {number}" for number in range(4)]


async def test_a_conversation_has_so_many_open_streams_and_no_more(strict: Gateway) -> None:
    customer = await strict.begin()
    url = f"/api/conversations/{customer.conversation}/events"
    async with contextlib.AsyncExitStack() as tabs:
        for _ in range(2):
            await tabs.enter_async_context(customer.listening())
        assert (await strict.http.get(url, headers=customer.headers)).status_code == 429

    await until(lambda: strict.announcer.count_listeners(customer.conversation) == 0, "the streams are closed")
    async with customer.listening():
        pass


async def test_a_customer_sees_what_another_process_wrote(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "POLL_SECONDS", 0.05)
    customer = await gateway.begin()
    await gateway.until_quiet()
    async with customer.listening():
        with gateway.database.write() as work:
            conversation = work.conversations.get(customer.conversation, lock=True)
            work.conversations.add_message(conversation, Author.STAFF, "From the other process", utc_now())
            work.commit()
        await until(lambda: "From the other process" in customer.heard())


async def test_a_stream_ends_when_its_token_is_revoked(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(events, "CHECK_SECONDS", 0)
    customer = await gateway.begin()
    url = f"/api/conversations/{customer.conversation}/events"

    async with gateway.http.stream("GET", url, headers=customer.headers) as response:
        gateway.tokens.revoke(customer.conversation)
        async with asyncio.timeout(5):
            async for _ in response.aiter_lines():
                pass
