"""Several workers share one campaign on PostgreSQL: each person hears once, whoever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversations.outbox import AT_ONCE
from bot.storage.unit_of_work import Database
from tests.campaign.audience import Audience
from tests.postgresql import Cluster
from tests.stack import ROOT, wait_until
from tests.telegram.world import World

PEOPLE = 120

pytestmark = [pytest.mark.postgresql, pytest.mark.timeout(300)]


class Workers:
    """Processes that work on one database, and what they have sent."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder = url, folder
        self._sent = folder / "sent"
        self._sent.touch()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        command = [sys.executable, "-m", "tests.campaign.worker", name, self._url, str(self._sent)]
        with (self._folder / f"{name}.log").open("ab") as log:
            environment = os.environ | {"PYTHONPATH": str(ROOT)}
            self._processes[name] = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)

    def kill(self, name: str) -> None:
        self._processes[name].send_signal(signal.SIGKILL)
        self._processes.pop(name).wait()

    def stop(self) -> None:
        for name in list(self._processes):
            self.kill(name)

    def count_sent(self) -> Counter[str]:
        return Counter(line.split()[1] for line in self._sent.read_text().splitlines())

    def count_senders(self) -> Counter[str]:
        return Counter(line.split()[0] for line in self._sent.read_text().splitlines())


@pytest.fixture
def shared(postgresql: Cluster) -> Iterator[Database]:
    database = Database(postgresql.create(template="template_farewell"))
    yield database
    database.close()


@pytest.fixture
def workers(shared: Database, tmp_path: Path) -> Iterator[Workers]:
    made = Workers(shared.engine.url.render_as_string(hide_password=False), tmp_path)
    yield made
    made.stop()


def test_two_workers_share_a_campaign_and_nobody_hears_twice_though_one_of_them_dies(
    shared: Database, workers: Workers
) -> None:
    audience = Audience(World(), shared, PEOPLE)
    workers.start("a")
    workers.start("b")
    audience.become_due()
    wait_until(lambda: workers.count_sent().total() > PEOPLE // 3, "a third has heard", 120)
    workers.kill("b")
    workers.start("b")
    wait_until(audience.is_settled, "everybody has heard", 120)
    sent, states = workers.count_sent(), audience.count_states()
    assert set(sent.values()) == {1}
    assert set(workers.count_senders()) == {"a", "b"}
    unknown = [chat for chat, found in audience.read_touches().items() if [one.value for one in found] == ["unknown"]]
    never = {str(chat) for chat in audience.chats} - set(sent)
    assert never <= set(map(str, unknown)), states
    assert len(unknown) <= AT_ONCE, "so many a worker has in hand when it dies"
