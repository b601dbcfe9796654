"""One crash test from the first conversation to the verdict.

It puts the parts together; what goes wrong, what is said and what is a fault is decided elsewhere.
"""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from tests.crash.customers import Customer, Stuck, TelegramCustomer, WebCustomer
from tests.crash.sayings import AFTERWARDS, Saying, choose
from tests.crash.stack import MortalStack
from tests.crash.trouble import FAULTY, Killer, Progress, spoil
from tests.crash.verdict import Judge, Verdict, list_waiting
from tests.telegram.bot_api import BotApi

FEWEST, MOST = 5, 7
DRAIN_SECONDS = 180


class Run:
    """One run. `account` says what happened, `falls` what ended without having been killed."""

    def __init__(self, folder: Path, conversations: int, at_once: int, seed: int, *, calm: bool = False) -> None:
        self._folder = folder
        self._conversations = conversations
        self._at_once = at_once
        self._seed = seed
        self._calm = calm
        self._progress = Progress(conversations * FEWEST)
        self._faults: Counter[str] = Counter()
        self._stuck: list[str] = []
        self._too_fast = 0
        self.account: list[str] = []
        self.falls: list[str] = []

    def make(self) -> Verdict:
        """Let everybody talk while everything dies, wait until all is quiet, and judge."""
        with (
            BotApi() as api,
            MortalStack(self._folder, telegram_bot_token=api.token, telegram_api_base_url=api.url) as stack,
        ):
            random = Random(self._seed)
            killer = Killer(stack, api, self._progress, random, self._conversations)
            began = time.monotonic()
            if not self._calm:
                killer.start()
            customers = self._let_talk(stack, api)
            self._progress.over.set()
            if not self._calm:
                killer.join()
            talked = time.monotonic() - began
            left = self._drain(stack, api)
            verdict = self._judge(stack, customers)
            verdict.lost += [f"still waiting at the end: {left}"] if left else []
            verdict.lost += self._stuck
            self._too_fast = len(api.violations)
            self.falls = stack.falls
            self._tell(stack, killer, customers, verdict, talked, time.monotonic() - began)
        return verdict

    def _let_talk(self, stack: MortalStack, api: BotApi) -> list[Customer]:
        customers: list[Customer] = [
            TelegramCustomer(stack, api, f"telegram-{number}") if number % 2 else WebCustomer(stack, f"web-{number}")
            for number in range(self._conversations)
        ]
        pool = ThreadPoolExecutor(self._at_once)
        try:
            list(pool.map(lambda one: self._converse(api, *one), enumerate(customers)))
        finally:
            # Whoever ends the test early need not wait for everybody.
            pool.shutdown(wait=False, cancel_futures=True)
        return customers

    def _converse(self, api: BotApi, number: int, customer: Customer) -> None:
        random = Random(f"{self._seed}-{number}")
        most = random.randint(FEWEST, MOST)
        has_bad_luck = isinstance(customer, TelegramCustomer) and not self._calm and random.random() < FAULTY
        unlucky = random.randrange(most) if has_bad_luck else None
        try:
            customer.begin()
            titles, last = customer.listen()
            for turn in range(most):
                if turn == unlucky and isinstance(customer, TelegramCustomer):
                    customer.misfortune = spoil(api, random, customer.chat_id)
                    self._faults[customer.misfortune] += 1
                is_over = customer.is_over()
                customer.say(Saying((random.choice(AFTERWARDS),)) if is_over else choose(random, titles, last))
                titles, last = customer.listen()
                self._progress.count()
                if is_over:
                    return
        except Stuck as stuck:
            self._stuck.append(str(stuck))

    def _drain(self, stack: MortalStack, api: BotApi) -> dict[str, int]:
        deadline = time.monotonic() + DRAIN_SECONDS
        stack.wait_healthy()
        while True:
            with stack.database.read() as work:
                left = list_waiting(work)
            if api.waiting_updates:
                left["updates at Telegram"] = api.waiting_updates
            if not left or time.monotonic() > deadline:
                return left
            time.sleep(0.3)

    def _judge(self, stack: MortalStack, customers: list[Customer]) -> Verdict:
        with stack.database.read() as work:
            judge = Judge(work, stack.read_log("application"))
            for customer in customers:
                judge.look_at(customer)
                customer.close()
            judge.look_at_all()
        return judge.verdict

    def _tell(
        self,
        stack: MortalStack,
        killer: Killer,
        customers: list[Customer],
        verdict: Verdict,
        talked: float,
        all_of_it: float,
    ) -> None:
        sent = sum(len(customer.sent) for customer in customers)
        self.account += [
            f"{self._conversations} conversations, {self._at_once} at once, seed {self._seed}: {sent} messages in "
            f"{talked:.0f} s, judged after {all_of_it:.0f} s",
            f"killed: {_list(stack.kills)}",
            f"why and what else: {_list(killer.done)}" + (f"; {killer.spared} spared" if killer.spared else ""),
            f"messages on Telegram that met a fault: {_list(self._faults)}",
            f"letters whose outcome was unknown, and why: {_list(verdict.unknown)}",
            f"seen twice on Telegram, and why: {_list(verdict.redelivered)}",
            f"messages on Telegram that left faster than it allows: {self._too_fast}",
        ]
        self.account += [f"ended without having been killed: {fall}" for fall in self.falls]


def _list(counted: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counted.most_common()) or "none"
