"""Somebody who talks with the bot on Telegram while a campaign is under way, and how long each answer took."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial

from tests.telegram.bot_api import BotApi
from tests.telegram.people import Person

SAYINGS = ("It got too expensive for me", "The price went up twice", "A cheaper plan", "5", "no")
THINKING_SECONDS = 1.0
PATIENCE_SECONDS = 60
_LOOK_SECONDS = 0.01


class Talker(threading.Thread):
    """Leaves again and again, as somebody new each time, until told to stop."""

    def __init__(self, api: BotApi, over: threading.Event) -> None:
        super().__init__(name="talker", daemon=True)
        self._api = api
        self._over = over
        self.seconds: list[float] = []
        self.unanswered = 0

    def run(self) -> None:
        while not self._over.is_set():
            person = self._api.person("Bo")
            self._wait_for_answer(person, person.start)
            for saying in SAYINGS:
                if self._over.wait(THINKING_SECONDS):
                    return
                self._wait_for_answer(person, partial(person.type, saying))

    def _wait_for_answer(self, person: Person, say: Callable[[], object]) -> None:
        before = len(person.heard)
        began = time.perf_counter()
        say()
        while len(person.heard) == before:
            if time.perf_counter() - began > PATIENCE_SECONDS or self._over.is_set():
                self.unanswered += not self._over.is_set()
                return
            time.sleep(_LOOK_SECONDS)
        self.seconds.append(time.perf_counter() - began)
