"""Puts load on a contestant: conversations at once in a closed loop, each going on as soon as the bot has spoken.

It must not count a turn that ended outside of the time that is measured.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

from bench.customers import Customer, NoReply
from bench.processes import Running
from bench.scripts import Script

WARM_SECONDS = 1.5
"""How long the load is on before measuring begins."""


@dataclass
class Load:
    """What came of a load: `turns` are the seconds of each turn that ended while it was measured, `made` all turns, and
    `processor_seconds` what the contestant's processes used for these."""

    seconds: float
    turns: list[float] = field(default_factory=list)
    made: int = 0
    processor_seconds: float = 0.0
    errors: list[str] = field(default_factory=list)

    @property
    def turns_a_second(self) -> float:
        """How many turns were made in a second."""
        return len(self.turns) / self.seconds

    @property
    def processor_seconds_a_turn(self) -> float:
        """Return the processor time of a turn."""
        return self.processor_seconds / max(self.made, 1)


class _Clock:
    """Tells when measuring begins and ends."""

    def __init__(self, seconds: float) -> None:
        self.begins = time.perf_counter() + WARM_SECONDS
        self.ends = self.begins + seconds

    @property
    def is_over(self) -> bool:
        return time.perf_counter() >= self.ends


@dataclass(frozen=True)
class Contestant:
    """Somebody to talk to: how a customer gets in, and the processes that do the work."""

    admit: Callable[[], Customer]
    processes: tuple[Running, ...]


async def put_load(
    contestant: Contestant, scripts: Sequence[Script], at_once: int, seconds: float, thinking: float = 0.0
) -> Load:
    """Hold `at_once` conversations at any moment for `seconds`, with `thinking` seconds before each step.

    Raises `NoReply` when not one turn was made in that time.
    """
    clock, load, numbers = _Clock(seconds), Load(seconds), count()
    used_before = _count_processor_seconds(contestant)

    async def keep_talking(late: float) -> None:
        await asyncio.sleep(late)
        while not clock.is_over:
            # Every contestant gets the interviews in the same order.
            await _hold(contestant.admit(), scripts[next(numbers) % len(scripts)], clock, load, thinking)

    # With thinking they come one after another, as people do; all at the same moment would be a load of its own.
    await asyncio.gather(*(keep_talking(thinking * one / at_once) for one in range(at_once)))
    load.processor_seconds = _count_processor_seconds(contestant) - used_before
    if not load.turns:
        raise NoReply(f"no turn at all was made in {seconds:g} s: {load.errors[:1]}")
    return load


async def _hold(customer: Customer, script: Script, clock: _Clock, load: Load, thinking: float) -> None:
    try:
        reply = await customer.begin()
        _note(customer, clock, load)
        for step in script.steps:
            await asyncio.sleep(thinking)
            if clock.is_over:
                break
            reply = await customer.do(step.choose(reply.buttons))
            _note(customer, clock, load)
    except NoReply as error:
        load.errors.append(f"{script.name}: {error}")
        await asyncio.sleep(0.1)
    finally:
        await customer.leave()


async def time_turns(contestant: Contestant, script: Script) -> list[float]:
    """Hold one conversation alone and return the seconds of each step; raises `NoReply`."""
    customer, turns = contestant.admit(), []
    reply = await customer.begin()
    for step in script.steps:
        reply = await customer.do(step.choose(reply.buttons))
        turns.append(customer.seconds)
    await customer.leave()
    return turns


def _note(customer: Customer, clock: _Clock, load: Load) -> None:
    load.made += 1
    now = time.perf_counter()
    if clock.begins <= now <= clock.ends:
        load.turns.append(customer.seconds)


def _count_processor_seconds(contestant: Contestant) -> float:
    return sum(process.count_cpu_seconds() for process in contestant.processes)
