"""What goes wrong during the crash test: who is killed when and where, and what Telegram does of its own.

Everything is drawn from one seed; how far the customers have come says when it is time.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random

from tests.crash.deaths import (
    ACTION_COMMITTED,
    ANSWER_LEFT,
    REPLIES_HEARD,
    TRACKER_SAVED,
    UPDATES_KEPT,
)
from tests.crash.stack import APPLICATION, RASA, MortalStack
from tests.telegram.bot_api import BotApi

POINTS_OF_THE_APPLICATION = (ACTION_COMMITTED, UPDATES_KEPT, REPLIES_HEARD)
FAULTY = 0.12
"""The share of people on Telegram who once have bad luck with a message to them, or with its confirmation."""
AGAIN = 0.2
"""How often somebody who was killed is killed again soon, perhaps while starting."""
MEET_SECONDS = 25


class Progress:
    """How far the customers have come: counted in messages that were answered."""

    def __init__(self, expected: int) -> None:
        self.expected = expected
        self.over = threading.Event()
        self._answered = 0
        self._lock = threading.Lock()

    @property
    def share(self) -> float:
        return self._answered / self.expected

    def count(self) -> None:
        with self._lock:
            self._answered += 1


class Killer:
    """Kills as planned until the customers are done. `done` counts what it did, by kind."""

    def __init__(self, stack: MortalStack, api: BotApi, progress: Progress, random: Random, conversations: int) -> None:
        self._stack = stack
        self._api = api
        self._progress = progress
        self._random = random
        self.done: Counter[str] = Counter()
        self._plan = self._make_plan(conversations)
        self._thread = threading.Thread(target=self._run, name="killer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    @property
    def spared(self) -> int:
        """How much of the plan was left when the customers were done."""
        return len(self._plan)

    def _make_plan(self, conversations: int) -> list[tuple[str, Callable[[], None]]]:
        def often(every: int, least: int = 0) -> range:
            return range(max(least, round(conversations / every)))

        plan: list[tuple[str, Callable[[], None]]] = []
        for point in POINTS_OF_THE_APPLICATION:
            plan += [(f"after {point}", self._meet(point)) for _ in often(60, 1)]
        # While Rasa is away people are told so, and one of these words is the answer after which the application dies.
        both = f"after {TRACKER_SAVED}, and after {ANSWER_LEFT}"
        plan += [(both, self._meet(TRACKER_SAVED, ANSWER_LEFT)) for _ in often(60, 1)]
        plan += [(f"after {ANSWER_LEFT}", self._meet(ANSWER_LEFT)) for _ in often(100)]
        plan += [("the application at random", lambda: self._kill(APPLICATION)) for _ in often(25)]
        plan += [("Rasa at random", lambda: self._kill(RASA)) for _ in often(150)]
        plan += [("both at once", lambda: self._kill(APPLICATION, RASA)) for _ in often(150)]
        plan += [("Telegram away", self._take_telegram_down)]
        plan += [("updates cut off", self._cut_updates) for _ in often(20, 1)]
        self._random.shuffle(plan)
        return plan

    def _run(self) -> None:
        all_of_it = len(self._plan)
        while self._plan:
            due = (all_of_it - len(self._plan) + 0.5) / all_of_it * 0.9
            while self._progress.share < due:
                if self._progress.over.wait(0.05):
                    return
            time.sleep(self._random.uniform(0, 0.5))
            kind, strike = self._plan.pop()
            strike()
            self.done[kind] += 1
            if "after" in kind and self._random.random() < AGAIN:
                time.sleep(self._random.uniform(0.1, 6))
                self._kill(APPLICATION)
                self.done["the application once more"] += 1

    def _kill(self, *names: str) -> None:
        for name in names:
            self._stack.kill(name)

    def _meet(self, *points: str) -> Callable[[], None]:
        def order_and_wait() -> None:
            for point in points:
                self._order(point)

        return order_and_wait

    def _order(self, point: str) -> None:
        deaths = self._stack.deaths
        deaths.order(point)
        deadline = time.monotonic() + MEET_SECONDS
        while not deaths.is_met(point) and time.monotonic() < deadline:
            if self._progress.over.wait(0.05):
                break
        if not deaths.is_met(point):
            deaths.cancel(point)
            self.done[f"not met: {point}"] += 1

    def _take_telegram_down(self) -> None:
        self._api.down()
        time.sleep(self._random.uniform(2, 4))
        self._api.up()

    def _cut_updates(self) -> None:
        faults = self._api.faults
        self._random.choice((faults.cut_before, faults.cut_after, faults.flood, faults.status))("getUpdates")


def spoil(api: BotApi, random: Random, chat_id: int) -> str:
    """Let the next message to a chat, and no other one, meet a fault of Telegram's or of the way there."""
    faults = api.faults
    bad_gateway = partial(faults.status, "sendMessage", 502, chat_id=chat_id)
    cases: list[tuple[str, Callable[[], None]]] = [
        ("cut before it was sent", partial(faults.cut_before, "sendMessage", chat_id=chat_id)),
        ("cut after it was sent", partial(faults.cut_after, "sendMessage", chat_id=chat_id)),
        ("told to wait", partial(faults.flood, "sendMessage", retry_after=2, chat_id=chat_id)),
        ("a proxy's error before it was sent", bad_gateway),
        ("a proxy's error after it was sent", partial(bad_gateway, done=True)),
    ]
    name, fault = random.choice(cases)
    fault()
    return name
