"""One trained model, one action server and one running Rasa for all tests of the Rasa process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import requests

from rasa_runtime.logs import keep_quiet

keep_quiet()

from rasa.core.agent import Agent  # noqa: E402
from rasa.core.utils import AvailableEndpoints  # noqa: E402

from rasa_runtime.action_calls import close_session  # noqa: E402
from rasa_runtime.gateway_channel import GatewayInput  # noqa: E402
from rasa_runtime.train import train  # noqa: E402
from tests.runtime.action_server import ActionServer  # noqa: E402
from tests.runtime.gateway import Gateway  # noqa: E402

ROOT = Path(__file__).parents[2]
BOT = Path(__file__).parent / "bot"
SECRET = "a-secret-for-tests-only"


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The test bot's model, trained as `make train` trains the project's."""
    return train(BOT, tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def running_action_server() -> Iterator[ActionServer]:
    server = ActionServer()
    server.start()
    yield server
    server.close()


@pytest.fixture
def action_server(running_action_server: ActionServer) -> Iterator[ActionServer]:
    """The action server, well and without a past."""
    running_action_server.recover()
    yield running_action_server
    running_action_server.recover()


@pytest.fixture(scope="session")
def environment(running_action_server: ActionServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of the Rasa process."""
    return {
        "RASA_GATEWAY_SECRET": SECRET,
        "ACTION_ENDPOINT_URL": running_action_server.url,
        "RASA_MEMORY_PATH": str(tmp_path_factory.mktemp("var") / "memory.sqlite3"),
        "ENCODER_PATH": "",
    }


@pytest.fixture(scope="session")
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def running_rasa(model: Path, environment: dict[str, str], free_port: int) -> Iterator[Gateway]:
    """Rasa as supervisord runs it, on the test bot."""
    memory = Path(environment["RASA_MEMORY_PATH"])
    log = memory.with_name("rasa.log")
    command = [sys.executable, "-m", "rasa_runtime.serve", "--model", str(model), "--port", str(free_port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--credentials", str(BOT / "credentials.yml")],
            cwd=ROOT,
            env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    gateway = Gateway(free_port, SECRET, memory, log)
    try:
        _wait_until_ready(process, gateway)
        yield gateway
    finally:
        process.terminate()
        assert process.wait(30) == 0, log.read_text()
        gateway.session.close()


@pytest.fixture
def rasa(running_rasa: Gateway, action_server: ActionServer) -> Gateway:
    """The running Rasa, with an action server that is well."""
    return running_rasa


@pytest.fixture(scope="session")
def loaded_agent(model: Path, environment: dict[str, str]) -> Agent:
    """The test bot's agent in this process, changed as the gateway channel changes Rasa."""
    GatewayInput.from_credentials({"secret": SECRET})
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        endpoint = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml")).action
        agent = Agent(action_endpoint=endpoint)
        agent.load_model(model)
    return agent


@pytest.fixture
async def agent(loaded_agent: Agent, action_server: ActionServer) -> AsyncIterator[Agent]:
    """The agent in this process, with an action server that is well."""
    yield loaded_agent
    await close_session(loaded_agent.action_endpoint)


def _wait_until_ready(process: subprocess.Popen[bytes], gateway: Gateway) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        assert process.poll() is None, gateway.log.read_text()
        try:
            if requests.get(f"{gateway.base}/health", timeout=5).status_code == 200:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError(f"Rasa is not ready: {gateway.log.read_text()}")
