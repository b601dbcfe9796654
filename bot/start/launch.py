"""`farewell start`: check, migrate, start, say where to click, and stay until Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from bot.clock import utc_now
from bot.console.staff import ensure_first_staff, uses_first_password
from bot.conversations.policy_versions import get_policy_file, take_in
from bot.errors import FarewellError
from bot.settings import Settings
from bot.start.preflight import find_problems
from bot.start.supervision import Stopped, Supervision
from bot.storage.migrate import migrate
from bot.storage.unit_of_work import Database

TELEGRAM_SECONDS = 8
"""How long Telegram may take to say the bot's name before people are told how it stands."""


class NotReadyToStart(FarewellError):
    """Farewell cannot start yet."""


def launch(settings: Settings, root: Path, console: Console) -> None:
    """Start everything and return after a stop that was asked for.

    Raises:
        NotReadyToStart: with one line for every problem found before the start.
        PolicyError: when the policy in force does not fit this version of Farewell.
        StartFailed: when a process gives up.
    """
    problems = find_problems(settings, root)
    if problems:
        raise NotReadyToStart("\n".join(problems))
    with console.status("Preparing the database"):
        show_password, remark = _prepare_database(settings)
    if remark:
        console.print(remark, style="yellow", markup=False, soft_wrap=True)
    try:
        with Supervision(settings, root) as processes:
            with console.status("Starting Rasa and the application (about 20 s)"):
                processes.wait_until_ready()
            _say_where_to_click(settings, console, show_password=show_password)
            with console.status("Asking Telegram for the bot's name"):
                health = _wait_for_telegram(settings)
            console.print(f"  Telegram            {describe_telegram(health)}", markup=False, soft_wrap=True)
            console.print("\nCtrl-C stops it.")
            processes.wait()
    except Stopped:
        console.print("\nStopped. Everything people wrote is kept; `make start` goes on from here.")


def _prepare_database(settings: Settings) -> tuple[bool, str | None]:
    """Migrate, add the first member of staff, and take the policy in. Return whether the password made at set-up is
    still in use, and why another policy rules than the one in the file, if so."""
    database = Database(settings.database_url)
    try:
        migrate(database.engine)
        ensure_first_staff(database, settings, utc_now)
        ruling = take_in(database, get_policy_file(settings), utc_now())
        return uses_first_password(database, settings), ruling.remark
    finally:
        database.close()


def _say_where_to_click(settings: Settings, console: Console, *, show_password: bool) -> None:
    address = settings.address
    console.print(f"\nFarewell is running for {settings.company_name}.\n")
    console.print(f"  Start here          {address}/")
    console.print(f"  Demo shop           {address}/demo/shop")
    console.print(f"  Full-page chat      {address}/chat")
    console.print(f"  Staff console       {address}/console")
    if settings.mail_folder is not None:
        folder = settings.mail_folder.resolve()
        console.print(f"  E-mails             are written into {folder}; none is sent", markup=False, soft_wrap=True)
    if show_password:
        console.print(f"  Sign in as admin, password {settings.staff_password.get_secret_value()}", markup=False)
        console.print("  (made at set-up, kept in .env; change it: .venv/bin/farewell staff password admin)")


def describe_telegram(health: Mapping[str, Any]) -> str:
    """Return in one line where the bot is on Telegram, or why it is not there and what to do; `health` is what /health
    says."""
    trouble, address = health.get("telegram", "is not known"), health.get("telegram_address")
    if trouble == "off":
        return "off; put TELEGRAM_BOT_TOKEN into .env (docs/telegram.md)"
    if trouble == "ok":
        return str(address)
    return f"{address}, but {trouble}" if address else trouble


def _wait_for_telegram(settings: Settings) -> Mapping[str, Any]:
    """Return the health once Telegram has said how the bot is called, or is off, or has had its time."""
    deadline = time.monotonic() + TELEGRAM_SECONDS
    health: Mapping[str, Any] = {}
    while time.monotonic() < deadline:
        try:
            health = httpx.get(f"{settings.local_address}/health", timeout=2).json()
        except (httpx.HTTPError, ValueError):
            health = {}
        if health.get("telegram") == "off" or health.get("telegram_address"):
            break
        time.sleep(0.3)
    return health
