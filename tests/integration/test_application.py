"""The application as a process of its own: it starts, takes in messages without Rasa, and ends when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.storage.migrate import migrate
from bot.storage.unit_of_work import Database
from tests.stack import ROOT, find_free_port, wait_until

if not (ROOT / "models/reasons/meta.json").exists():
    pytest.skip("the reason classifier has not been trained: run `make train`", allow_module_level=True)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    settings = {
        "SECRET_KEY": "k" * 40,
        "RASA_GATEWAY_SECRET": "g" * 40,
        "STAFF_PASSWORD": "staff-password",
        "DATABASE_URL": f"sqlite:///{tmp_path}/farewell.db",
        "PORT": str(find_free_port()),
        "RASA_PORT": str(find_free_port()),
        "COMPANY_NAME": "Bramble & Oak",
        "SUPPORT_CONTACT": "help@bramble-and-oak.example",
        "PYTHONPATH": str(ROOT),
    }
    database = Database(settings["DATABASE_URL"])
    migrate(database.engine)
    database.close()
    return {"PATH": os.environ["PATH"], **settings}


@pytest.fixture
def application(environment: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (tmp_path / "log").open("wb") as log:
        command = [sys.executable, "-m", "bot.application"]
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def is_up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=2).json()["database"] is True
    except httpx.HTTPError:
        return False


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_soon_when_told_to_even_with_a_customer_listening(
    application: subprocess.Popen[bytes], environment: dict[str, str], tmp_path: Path, ending: signal.Signals
) -> None:
    url = f"http://127.0.0.1:{environment['PORT']}"
    wait_until(lambda: application.poll() is not None or is_up(url), "the application is up", 90)
    assert application.poll() is None, (tmp_path / "log").read_text()
    begun = httpx.post(f"{url}/api/conversations", json={}).json()
    headers = {"Authorization": f"Bearer {begun['token']}"}
    address = f"{url}/api/conversations/{begun['conversation']}"
    said = {"client_id": "a", "text": "my secret sorrow"}

    with httpx.stream("GET", f"{address}/events", headers=headers) as stream:
        assert next(stream.iter_lines()).startswith("event: state")
        assert httpx.post(f"{address}/messages", json=said, headers=headers).status_code == 202
        began = time.monotonic()
        application.send_signal(ending)
        application.wait(10)

    assert time.monotonic() - began < 5
    log = (tmp_path / "log").read_text()
    assert "event=application.stopped" in log
    assert "Traceback" not in log
    assert "sorrow" not in log
    assert begun["token"] not in log


def test_what_is_wrong_with_the_settings_is_one_clear_line(environment: dict[str, str], tmp_path: Path) -> None:
    del environment["COMPANY_NAME"]

    done = subprocess.run(
        [sys.executable, "-m", "bot.application"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )

    assert done.returncode == 1
    assert "COMPANY_NAME is missing" in done.stderr
    assert "Traceback" not in done.stderr
