"""Names what the console needs from the rest of the application. It builds none of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.clock import Clock
from bot.conversations.letter_book import Verdict
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchAnswer
from bot.settings import Settings
from bot.storage.tables import Channel, RecordedImprovement, StaffUser
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


class Calls(Protocol):
    """Keeps what came of the calls that staff make."""

    def judge(self, touch_ids: Collection[str]) -> Mapping[str, Verdict | None]:
        """Return for each of these calls the rule that keeps it from being made now, or None."""

    def note_reached(
        self,
        touch_id: str,
        staff_user: StaffUser,
        answer: TouchAnswer,
        note: str = "",
        ask_again_in: timedelta | None = None,
    ) -> str | None:
        """Note what somebody said, and return the code of the offer they took; audited."""

    def note_missed(self, touch_id: str, staff_user: StaffUser) -> datetime | None:
        """Note that nobody took the call, and return from when on it is tried again; audited."""

    def stop_calling(self, touch_id: str, staff_user: StaffUser) -> None:
        """Note that they do not want to be phoned again; audited."""


class Why(Protocol):
    """Says why somebody was written to, or was not."""

    def explain(self, customer: str) -> Sequence[str]:
        """Return it line by line; `customer` is `#` and their number."""


class Preview(Protocol):
    """What recording an improvement comes to."""

    @property
    def recipients(self) -> Sequence[Any]: ...
    @property
    def kept(self) -> Mapping[str, int]: ...


class Improvements(Protocol):
    """Records what was put right, after showing who would be told of it."""

    def draft(
        self,
        what: str,
        reasons: list[Reason],
        place: str | None = None,
        product: str | None = None,
        feature: str | None = None,
    ) -> RecordedImprovement:
        """Return an improvement that is not recorded yet."""

    def preview(self, draft: RecordedImprovement) -> Preview:
        """Return who would be told of it, and who would not and why."""

    def record(self, draft: RecordedImprovement, preview: Any) -> None:
        """Write it down and have all whom it concerns looked at; audited by the name of who recorded it."""


class Results(Protocol):
    """Reckons what came of writing to people."""

    def reckon(self, since: datetime | None = None) -> Any:
        """Return all the figures since then, or since the first touch was planned."""


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
    def calls(self) -> Calls: ...
    @property
    def why(self) -> Why: ...
    @property
    def improvements(self) -> Improvements: ...
    @property
    def results(self) -> Results: ...
    @property
    def clock(self) -> Clock: ...
