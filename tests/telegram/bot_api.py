"""A Bot API server for tests, after the public documentation: real HTTP, people to play, and trouble on demand.

It is used like this, from any test, also one whose application is another process:

    with BotApi() as api:
        ada = api.person("Ada")
        ada.start()
        ...  # telegram.Bot(api.token, base_url=api.base_url) answers
        ada.press("Too expensive")
        api.faults.cut_after("sendMessage")
        api.down()

Nothing of the product belongs here.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self

from tests.telegram.people import Group, Person
from tests.telegram.server import Application, ServerThread
from tests.telegram.world import World


class BotApi(World):
    """Telegram for one bot. Every method may be called from any thread, whether or not the server runs."""

    def __init__(self, *, enforce_limits: bool = False) -> None:
        super().__init__(enforce_limits=enforce_limits)
        self.app = Application(self)
        self._server = ServerThread(self.app)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """Scheme, host and port, as for Telegram's own server."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def base_url(self) -> str:
        """What python-telegram-bot wants: the token comes right after it."""
        return f"{self.url}/bot"

    def start(self) -> None:
        """Serve in a thread until `stop`; chats, updates and faults stay as they are in between."""
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def close(self) -> None:
        """Stop for good and give the port back."""
        self._server.close()

    # ---- who is there ---------------------------------------------------------------------------------------------

    def person(self, name: str, language_code: str = "en") -> Person:
        """Return somebody new, who has not pressed Start yet."""
        return Person(self, name, language_code)

    def group(self, title: str) -> Group:
        """Return a new group, which the bot is not in yet."""
        return Group(self, title)

    # ---- trouble --------------------------------------------------------------------------------------------------

    def down(self) -> None:
        """Break every connection and refuse new ones; people can go on writing."""
        self.stop()

    def up(self) -> None:
        """Take connections again, on the same port."""
        self.start()

    @property
    def enforce_limits(self) -> bool:
        return self.limits.enforced

    @enforce_limits.setter
    def enforce_limits(self, enforced: bool) -> None:
        self.limits.enforced = enforced

    @property
    def last_update_id(self) -> int:
        return self.updates.last_id

    @property
    def waiting_updates(self) -> int:
        """How many updates the bot has not confirmed."""
        return self.updates.waiting

    def repeat_update(self, update_id: int) -> None:
        """Deliver an update a second time, late."""
        self.updates.repeat(update_id)

    def hold_updates(self) -> None:
        """Keep all updates back until `release_updates`."""
        self.updates.hold()

    def release_updates(self) -> None:
        self.updates.release()

    def renumber(self) -> None:
        """Go on at a random lower update id, as after a quiet week; every update must be confirmed."""
        self.updates.renumber()
