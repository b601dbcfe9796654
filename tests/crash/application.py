"""Starts the application as it is, but for the points at which a test may let it die.

It must not change what the application does: whatever is wrapped here does the same, and dies after it or not.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from telegram import Update

from actions.server import ActionServer
from bot.application import main
from bot.channels.telegram.reception import Reception
from bot.channels.telegram.sender import TelegramSender
from bot.conversations.letter_book import Envelope
from bot.conversations.turn_book import TurnBook
from bot.storage.unit_of_work import UnitOfWork
from tests.crash.deaths import ACTION_COMMITTED, ANSWER_LEFT, REPLIES_HEARD, UPDATES_KEPT, Deaths

_in_action: ContextVar[bool] = ContextVar("in_action", default=False)


def install(deaths: Deaths) -> None:
    """Wrap what the points stand behind."""
    run, commit = ActionServer.run, UnitOfWork.commit
    send, keep, complete = TelegramSender.send, Reception.keep, TurnBook.complete

    async def run_marked(self: ActionServer, request: Request) -> Response:
        # Threads that an action's work is done in inherit the mark.
        _in_action.set(True)
        return await run(self, request)

    def commit_and_pass(self: UnitOfWork) -> None:
        commit(self)
        if _in_action.get():
            deaths.pass_by(ACTION_COMMITTED)

    async def send_and_pass(self: TelegramSender, envelope: Envelope) -> str:
        sent = await send(self, envelope)
        deaths.pass_by(ANSWER_LEFT)
        return sent

    async def keep_and_pass(self: Reception, updates: Sequence[Update]) -> None:
        await keep(self, updates)
        if updates:
            deaths.pass_by(UPDATES_KEPT)

    def pass_and_complete(self: TurnBook, *arguments: Any, **named: Any) -> bool:
        deaths.pass_by(REPLIES_HEARD)
        return complete(self, *arguments, **named)

    ActionServer.run = run_marked  # type: ignore[method-assign]
    UnitOfWork.commit = commit_and_pass  # type: ignore[method-assign]
    TelegramSender.send = send_and_pass  # type: ignore[method-assign]
    Reception.keep = keep_and_pass  # type: ignore[method-assign]
    TurnBook.complete = pass_and_complete  # type: ignore[method-assign]


if __name__ == "__main__":
    install(Deaths.from_environment())
    sys.exit(main())
