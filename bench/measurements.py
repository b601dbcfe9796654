"""What is measured, in which order: both contestants in turns, so that a noisy machine is noisy for both.

It must not judge the figures.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle

import httpx

from bench.customers import PATIENCE_SECONDS, Customer, GatewayCustomer, RestCustomer, WebCustomer
from bench.figures import Row, compare_late_to_early, compare_rounds, describe_rounds, median
from bench.loads import Contestant, Load, put_load, time_turns
from bench.processes import ROOT, Running, measure_disk_megabytes
from bench.scripts import Scripts
from bench.stacks import Stacks
from bench.telegram import TelegramCustomer, measure_broadcast

AT_ONCE = (1, 8, 32)
THINKERS, THINKING_SECONDS = 8, 2.0
CROWD, CROWD_THINKING_SECONDS = 100, 8.0
SELDOM_SECONDS = 0.05
"""How often each of a crowd looks at their chat: looking is work for the bench's own processor."""
ENVIRONMENTS = {"application": ROOT / ".venv", "Rasa": ROOT / "rasa_runtime/.venv"}


@dataclass(frozen=True)
class Lengths:
    """How long it takes: the seconds of a round, and how many rounds there are at 1, 8 and 32 at once."""

    round_seconds: float = 8
    rounds: int = 4
    web_rounds: int = 2
    thinking_seconds: float = 60
    long_conversations: int = 4


class Measuring:
    """One run of the bench. `rows` are the figures so far, `errors` the turns that got no reply."""

    def __init__(self, stacks: Stacks, scripts: Scripts, lengths: Lengths, say: Callable[[str], None]) -> None:
        self.rows: list[Row] = []
        self.errors: list[str] = []
        self._stacks = stacks
        self._scripts = scripts
        self._lengths = lengths
        self._say = say

    async def run(self) -> None:
        """Measure everything there is."""
        stacks = self._stacks
        named = (("our Rasa", stacks.ours), ("stock Rasa", stacks.stock), ("application", stacks.web))
        self.rows += [Row(f"start: {name}", process.start_seconds, "s") for name, process in named if process]
        if stacks.stock is not None:
            await self._measure_dialogue(stacks.stock)
        async with _call(stacks.web_url) as web_http:
            web = Contestant(lambda: WebCustomer(web_http), (stacks.ours, stacks.web))
            for at_once in AT_ONCE:
                await self._measure_web(at_once, web)
            await self._measure_long("web", web)
            await self._measure_thinking("web", web)
            await self._measure_telegram(web)
        self._weigh()

    async def _measure_dialogue(self, stock_process: Running) -> None:
        stacks = self._stacks
        async with _call(stacks.ours_url, stacks.secret) as ours_http, _call(stacks.stock_url) as stock_http:
            ours = Contestant(lambda: GatewayCustomer(ours_http), (stacks.ours, stacks.web))
            stock = Contestant(lambda: RestCustomer(stock_http), (stock_process, stacks.web))
            for at_once in AT_ONCE:
                await self._compare(at_once, ours, stock)
            await self._measure_long("ours", ours)
            await self._measure_long("stock", stock)

    async def _compare(self, at_once: int, ours: Contestant, stock: Contestant) -> None:
        self._say(f"Dialogue, {at_once} at once: ours and stock in turns")
        our_rounds, stock_rounds = [], []
        for _ in range(self._lengths.rounds):
            our_rounds.append(await self._put_load(ours, at_once))
            stock_rounds.append(await self._put_load(stock, at_once))
        name = f"dialogue, {at_once} at once"
        self.rows += describe_rounds(f"{name}, ours", our_rounds)
        self.rows += describe_rounds(f"{name}, stock", stock_rounds)
        self.rows += compare_rounds(name, our_rounds, stock_rounds)

    async def _measure_long(self, name: str, contestant: Contestant) -> None:
        self._say(f"One conversation of {len(self._scripts.long.steps)} turns: {name}")
        times = range(self._lengths.long_conversations)
        ratios = [compare_late_to_early(await time_turns(contestant, self._scripts.long)) for _ in times]
        self.rows.append(Row(f"long conversation: {name}, turns 40 to 50 over turns 5 to 15", median(ratios), "x"))

    async def _measure_web(self, at_once: int, web: Contestant) -> None:
        self._say(f"Web, {at_once} at once")
        rounds = [await self._put_load(web, at_once) for _ in range(self._lengths.web_rounds)]
        self.rows += describe_rounds(f"web, {at_once} at once", rounds)

    async def _measure_thinking(self, name: str, contestant: Contestant) -> None:
        await self._measure_crowd(name, contestant, THINKERS, THINKING_SECONDS)

    async def _measure_telegram(self, web: Contestant) -> None:
        stacks = self._stacks
        telegram = Contestant(lambda: TelegramCustomer(stacks.telegram), (stacks.ours, stacks.web))
        await self._measure_thinking("telegram", telegram)
        doors: Iterator[Callable[[], Customer]] = cycle(
            (web.admit, lambda: TelegramCustomer(stacks.telegram, SELDOM_SECONDS))
        )
        both = Contestant(lambda: next(doors)(), (stacks.ours, stacks.web))
        await self._measure_crowd("web and telegram", both, CROWD, CROWD_THINKING_SECONDS)
        self._say("Telegram, letters to many at once")
        self.rows += await measure_broadcast(stacks.telegram, stacks.database)

    async def _measure_crowd(self, name: str, contestant: Contestant, at_once: int, thinking: float) -> None:
        self._say(f"{name.capitalize()}, {at_once} at once who think for {thinking:g} s")
        seconds = self._lengths.thinking_seconds
        load = await put_load(contestant, self._scripts.interviews, at_once, seconds, thinking=thinking)
        self.errors += load.errors
        self.rows += describe_rounds(f"{name}, {at_once} at once with {thinking:g} s of thinking", [load])

    async def _put_load(self, contestant: Contestant, at_once: int) -> Load:
        load = await put_load(contestant, self._scripts.interviews, at_once, self._lengths.round_seconds)
        self.errors += load.errors
        return load

    def _weigh(self) -> None:
        stacks = self._stacks
        rasa, web = stacks.ours.measure_megabytes(), stacks.web.measure_megabytes()
        self.rows += [
            Row("memory: our Rasa", rasa, "MB"),
            Row("memory: application", web, "MB"),
            Row("memory: both together", rasa + web, "MB"),
        ]
        if stacks.stock is not None:
            self.rows.append(Row("memory: stock Rasa", stacks.stock.measure_megabytes(), "MB"))
        # Development tools, where they are installed, are in the application's environment and so in its size.
        disk = {name: measure_disk_megabytes(folder) for name, folder in ENVIRONMENTS.items()}
        self.rows += [Row(f"disk: {name} environment", megabytes, "MB") for name, megabytes in disk.items()]
        self.rows.append(Row("disk: both together", sum(disk.values()), "MB"))


@asynccontextmanager
async def _call(url: str, secret: str = "") -> AsyncIterator[httpx.AsyncClient]:
    many = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(
        base_url=url, headers={"X-Gateway-Secret": secret}, timeout=PATIENCE_SECONDS, limits=many, trust_env=False
    ) as http:
        yield http
