"""One campaign against the real processes: everybody due hears once, whatever dies.

It counts and judges; what is sent, and when, the product decides.
"""

from __future__ import annotations

import os
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bot.retention.winback.touches import TouchState
from tests.campaign.audience import Audience, write_policy
from tests.campaign.talker import Talker
from tests.crash.deaths import ANSWER_LEFT
from tests.crash.stack import APPLICATION, MortalStack
from tests.telegram.bot_api import BotApi

PATIENCE_SECONDS = 1_800
_LOOK_SECONDS = 0.5


@dataclass
class Verdict:
    """What became of everybody. `twice` and `lost` name those to whom it should not have happened."""

    people: int
    twice: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    sent: int = 0
    unknown: int = 0

    @property
    def is_good(self) -> bool:
        return not self.twice and not self.lost

    @property
    def line(self) -> str:
        return f"twice={len(self.twice)} lost={len(self.lost)} sent={self.sent} unknown={self.unknown}"


class Campaign:
    """So many people hear from us while so many talk, and the application is killed so often."""

    def __init__(self, folder: Path, people: int, kills: int, talkers: int, seed: int) -> None:
        self._folder = folder
        self._people = people
        self._kills = kills
        self._talkers = talkers
        self._random = Random(seed)
        self.account: list[str] = []
        self.falls: list[str] = []

    def make(self) -> Verdict:
        """Let it happen, and judge."""
        policy = write_policy(self._folder)
        over = threading.Event()
        with (
            BotApi(enforce_limits=True) as api,
            MortalStack(
                self._folder, telegram_bot_token=api.token, telegram_api_base_url=api.url, policy_path=policy
            ) as stack,
        ):
            audience = Audience(api, stack.database, self._people)
            talkers = [Talker(api, over) for _ in range(self._talkers)]
            for talker in talkers:
                talker.start()
            audience.become_due()
            began, used = time.monotonic(), measure_processor(stack)
            self._watch(stack, api, audience)
            took = time.monotonic() - began
            if not self._kills:
                spent = {name: seconds - used[name] for name, seconds in measure_processor(stack).items()}
                each = ", ".join(f"{name} {1000 * seconds / self._people:.0f} ms" for name, seconds in spent.items())
                self.account.append(f"processor for each message: {each}")
            over.set()
            for talker in talkers:
                talker.join()
            verdict = judge(audience, api)
            self.falls = stack.falls
            self._tell(stack, api, audience, talkers, took)
        return verdict

    def _watch(self, stack: MortalStack, api: BotApi, audience: Audience) -> None:
        """Kill at even steps of the way, at random or right after a message has left, and wait for the end."""
        steps = [self._people * (number + 1) // (self._kills + 1) for number in range(self._kills)]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not audience.is_settled():
            if time.monotonic() > deadline:
                return
            if steps and count_heard(audience, api) >= steps[0]:
                steps.pop(0)
                if self._random.random() < 0.5:
                    stack.deaths.order(ANSWER_LEFT)
                else:
                    stack.kill(APPLICATION)
            time.sleep(_LOOK_SECONDS)

    def _tell(self, stack: MortalStack, api: BotApi, audience: Audience, talkers: list[Talker], took: float) -> None:
        chats = set(audience.chats)
        times = [one.at for one in api.deliveries if one.chat_id in chats]
        lasted = max(times) - min(times) if times else 0.0
        rate = len(times) / lasted if lasted else 0.0
        waited = sorted(second for talker in talkers for second in talker.seconds)
        self.account += [
            f"{self._people} people, settled after {took:.0f} s",
            f"from the first message to the last {lasted:.0f} s, {rate:.1f} a second",
            f"killed: {stack.kills[APPLICATION]} times",
            f"faster than Telegram allows: {len(api.violations)}",
            "states: " + ", ".join(f"{number} {state.value}" for state, number in audience.count_states().items()),
        ]
        if waited:
            p95 = waited[int(len(waited) * 0.95)]
            self.account.append(
                f"replies meanwhile: {len(waited)}, median {statistics.median(waited):.2f} s, p95 {p95:.2f} s, longest "
                f"{waited[-1]:.2f} s, unanswered {sum(talker.unanswered for talker in talkers)}"
            )
        self.account += [f"ended without having been killed: {fall}" for fall in self.falls]


def measure_processor(stack: MortalStack) -> dict[str, float]:
    """Return how many seconds of processor each process has used so far."""
    ticks = os.sysconf("SC_CLK_TCK")
    used = {}
    for name, pid in stack.list_pids().items():
        user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        used[name] = (int(user) + int(system)) / ticks
    return used


def count_heard(audience: Audience, api: BotApi) -> int:
    chats = set(audience.chats)
    return sum(1 for one in api.deliveries if one.chat_id in chats)


def judge(audience: Audience, api: BotApi) -> Verdict:
    """Return what became of everybody, by what Telegram delivered and what the record says."""
    heard = Counter(one.chat_id for one in api.deliveries)
    verdict = Verdict(len(audience.chats))
    for chat, states in audience.read_touches().items():
        if heard[chat] > 1:
            verdict.twice.append(f"chat {chat} heard {heard[chat]} times")
        match states:
            case [TouchState.SENT] if heard[chat] == 1:
                verdict.sent += 1
            case [TouchState.UNKNOWN]:
                verdict.unknown += 1
            case _ if heard[chat] <= 1:
                verdict.lost.append(f"chat {chat} heard {heard[chat]} times, and its touches are {states}")
    return verdict
