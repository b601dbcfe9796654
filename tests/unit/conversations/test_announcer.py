"""Whoever listens to a conversation is woken, from whatever thread, and only for that conversation."""

from __future__ import annotations

import asyncio
import time

from bot.conversations.announcer import Announcer


async def test_a_listener_is_woken_by_another_thread() -> None:
    announcer = Announcer()
    with announcer.listen("mine") as waker:
        began = time.monotonic()
        await asyncio.gather(waker.sleep(10), asyncio.to_thread(announcer.changed, "mine"))
    assert time.monotonic() - began < 5


async def test_a_listener_sleeps_through_what_happens_elsewhere() -> None:
    announcer = Announcer()
    with announcer.listen("mine") as waker:
        announcer.changed("theirs")
        began = time.monotonic()
        await waker.sleep(0.05)
    assert time.monotonic() - began >= 0.05


async def test_news_that_comes_while_a_listener_is_busy_is_not_missed() -> None:
    announcer = Announcer()
    with announcer.listen("mine") as waker:
        announcer.changed("mine")
        await asyncio.sleep(0)
        began = time.monotonic()
        await waker.sleep(10)
    assert time.monotonic() - began < 5


async def test_listeners_are_counted_until_they_leave() -> None:
    announcer = Announcer()
    with announcer.listen("mine"), announcer.listen("mine"):
        assert announcer.count_listeners("mine") == 2
    assert announcer.count_listeners("mine") == 0


async def test_a_waiting_turn_wakes_its_maker_and_those_who_watch() -> None:
    announcer = Announcer()
    waiting: list[str] = []
    announcer.set_on_turn(lambda conversation_id, unhurried: waiting.append(conversation_id))
    with announcer.listen("mine") as waker:
        announcer.turn_waits("mine")
        await waker.sleep(10)
    announcer.set_on_turn(None)
    announcer.turn_waits("mine")
    assert waiting == ["mine"]


def test_a_thread_may_announce_after_the_loop_has_ended() -> None:
    announcer = Announcer()

    async def listen() -> object:
        listening = announcer.listen("mine")
        listening.__enter__()
        return listening

    kept = asyncio.run(listen())
    announcer.changed("mine")
    assert kept
