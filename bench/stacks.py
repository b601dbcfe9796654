"""What is measured: the application, our Rasa and stock Rasa, each a process on a free port of this machine.

Both Rasas call the actions of the same application, which has one SQLite database.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from pydantic import SecretStr

from bench.processes import ROOT, Running
from bench.stock import RASA_PYTHON, prepare_stock, serve_command
from bot.settings import Settings
from bot.start.supervision import build_environment
from bot.storage.migrate import migrate
from bot.storage.unit_of_work import Database
from tests.telegram.bot_api import BotApi

_SECRET = "only-for-the-bench-" * 2


@dataclass(frozen=True)
class Stacks:
    """All of them, ready. `web` is the application; `secret` opens our gateway channel. `stock` is None where it was
    left out."""

    web: Running
    ours: Running
    stock: Running | None
    web_url: str
    ours_url: str
    stock_url: str
    secret: str
    telegram: BotApi
    database: Database


@contextmanager
def start_stacks(folder: Path, say: Callable[[str], None], *, with_stock: bool = True) -> Iterator[Stacks]:
    """Start one after another, so that their start times are their own, and stop all of them at the end.

    Raises `NotReady` or `TrainingFailed`.
    """
    telegram = BotApi()
    telegram.start()
    settings = _make_settings(folder, telegram)
    stock_port = _find_free_port()
    environment = _make_environment(settings, folder)
    stock_folder = None
    if with_stock:
        say("Training the stock model, if it is not there for this dialogue (half an hour and more)")
        stock_folder = prepare_stock(environment)
    database = Database(settings.database_url)
    migrate(database.engine)
    web, rasa = settings.local_address, f"http://127.0.0.1:{settings.rasa_port}"
    stock_rest = f"http://127.0.0.1:{stock_port}"
    started: list[Running] = []

    def start(name: str, command: list[str], health: str) -> Running:
        say(f"Starting {name}")
        started.append(Running(name, command, environment, folder))
        started[-1].wait_until(lambda: _answers(health))
        return started[-1]

    try:
        serve = [str(RASA_PYTHON), "-m", "rasa_runtime.serve", "--port", str(settings.rasa_port)]
        ours = start("rasa-ours", serve, f"{rasa}/webhooks/gateway/health")
        application = start("application", [sys.executable, "-m", "bench.application"], f"{web}/health")
        stock = None
        if stock_folder is not None:
            stock = start("rasa-stock", serve_command(stock_folder, stock_port), f"{stock_rest}/webhooks/rest/")
        yield Stacks(application, ours, stock, web, rasa, stock_rest, _SECRET, telegram, database)
    finally:
        telegram.stop()
        database.close()
        for process in started:
            process.stop()


def _make_settings(folder: Path, telegram: BotApi) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        secret_key=SecretStr(_SECRET),
        rasa_gateway_secret=SecretStr(_SECRET),
        staff_password=SecretStr(_SECRET),
        database_url=f"sqlite:///{folder}/farewell.db",
        port=_find_free_port(),
        rasa_port=_find_free_port(),
        company_name="Bramble & Oak",
        support_contact="help@bramble-and-oak.example",
        telegram_bot_token=SecretStr(telegram.token),
        telegram_api_base_url=telegram.url,
    )


def _make_environment(settings: Settings, folder: Path) -> dict[str, str]:
    return build_environment(settings, ROOT) | {
        "RASA_MEMORY_PATH": str(folder / "rasa_memory.db"),
        "SECRET_KEY": _SECRET,
        "STAFF_PASSWORD": _SECRET,
        "DATABASE_URL": settings.database_url,
        "PORT": str(settings.port),
        "COMPANY_NAME": settings.company_name,
        "SUPPORT_CONTACT": settings.support_contact,
        "TELEGRAM_BOT_TOKEN": settings.telegram_bot_token.get_secret_value() if settings.telegram_bot_token else "",
        "TELEGRAM_API_BASE_URL": settings.telegram_api_base_url,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
