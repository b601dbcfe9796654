"""Names what the console needs from the rest of the application. It builds none of it."""

from __future__ import annotations

from typing import Protocol

from bot.clock import Clock
from bot.settings import Settings
from bot.storage.tables import Channel, StaffUser
from bot.storage.unit_of_work import Database


class Handoff(Protocol):
    """Lets staff speak in a conversation. The bot is silent from the moment staff hold it until they hand it back."""

    def request(self, conversation_id: str) -> None:
        """Silence the bot and let the customer wait for staff."""

    def reply(self, conversation_id: str, staff_user: StaffUser, text: str, *, client_id: str | None = None) -> None:
        """Take over and say `text` to the customer; audited, and once for a `client_id`."""

    def hand_back(self, conversation_id: str, staff_user: StaffUser) -> None:
        """Let the bot answer again; audited."""


class Offers(Protocol):
    """Lets staff decide about an offer that somebody nobody vouches for has taken."""

    def confirm(self, conversation_id: str, staff_user: StaffUser) -> None:
        """Grant it; the bot tells them; audited."""

    def refuse(self, conversation_id: str, staff_user: StaffUser) -> None:
        """Refuse it; the bot tells them; audited."""


class Chats(Protocol):
    """Leads conversations on to another channel."""

    def has_door(self, channel: Channel) -> bool:
        """Tell whether conversations can go on there."""

    def invite(self, conversation_id: str, channel: Channel) -> str:
        """Return an address at which this conversation goes on there, once and within a day."""


class ConsoleServices(Protocol):
    """What `app.state.services` must hold for the console."""

    @property
    def settings(self) -> Settings: ...
    @property
    def database(self) -> Database: ...
    @property
    def handoff(self) -> Handoff: ...
    @property
    def offers(self) -> Offers: ...
    @property
    def chats(self) -> Chats: ...
    @property
    def clock(self) -> Clock: ...
