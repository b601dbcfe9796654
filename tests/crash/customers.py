"""Customers of the crash test: they send, send again until they are told it has arrived, and wait for the answer.

They remember what they sent and what they saw. Judging that is not their business.
"""

from __future__ import annotations

import json
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from bot.storage.tables import Author, Channel, Message, Mode
from bot.storage.unit_of_work import UnitOfWork
from tests.crash.sayings import Saying
from tests.crash.stack import MortalStack
from tests.telegram.bot_api import BotApi

PATIENCE_SECONDS = 180
RETRY_SECONDS = 0.3
LOOK_SECONDS = 0.25
QUIET_SECONDS = 3
"""How long a stream may bring nothing before the record is asked whether anything is to come."""
_PASSING = {429, 500, 502, 503, 504}


class Stuck(AssertionError):
    """A customer has waited in vain."""


@dataclass(frozen=True)
class Seen:
    """One message as the event stream brought it."""

    position: int
    author: str
    text: str


def squeeze(text: str) -> str:
    """Return a text without its white space: where one was put together or parted, nothing else may differ."""
    return "".join(text.split())


class Customer(ABC):
    """Somebody in one conversation. `sent` are the client ids of what they sent, in order."""

    def __init__(self, stack: MortalStack, name: str) -> None:
        self._stack = stack
        self.name = name
        self.sent: list[str] = []
        self.conversation: str | None = None

    @abstractmethod
    def begin(self) -> None: ...

    @abstractmethod
    def say(self, saying: Saying) -> None: ...

    @abstractmethod
    def listen(self) -> tuple[list[str], str]:
        """Wait until everything is answered; return the titles of the buttons in sight and the bot's last words.

        Raises:
            Stuck: when that does not happen.
        """

    def is_over(self) -> bool:
        """Tell whether the interview is at its end, or in the hands of staff."""
        with self._stack.database.read() as work:
            interview = work.interviews.find(self.conversation or "")
            conversation = work.conversations.get(self.conversation or "")
            return conversation.mode is Mode.STAFF or (interview is not None and interview.outcome is not None)

    def close(self) -> None:  # noqa: B027  Only a browser holds something open.
        """Go away."""

    def _wait(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            if self._stack.is_over or time.monotonic() > deadline:
                raise Stuck(f"{self.name} got no answer for {PATIENCE_SECONDS} s")

    def _find_last(self, work: UnitOfWork) -> Message | None:
        """Return the last message of the transcript if the bot has nothing more to say, None otherwise."""
        if self.conversation is None or work.turns.find_next(self.conversation) is not None:
            return None
        return next(reversed(work.conversations.list_messages(self.conversation)), None)


class WebCustomer(Customer):
    """A browser: it posts the same again until it gets its receipt, and takes its event stream up where it broke."""

    def __init__(self, stack: MortalStack, name: str) -> None:
        super().__init__(stack, name)
        self._http = httpx.Client(base_url=stack.url, timeout=httpx.Timeout(10, read=30))
        self._headers: dict[str, str] = {}
        self._position = 0
        self._buttons: dict[str, str] = {}
        self._said = ""
        self.seen: list[Seen] = []

    def begin(self) -> None:
        begun = self._insist("/api/conversations", {}, 201)
        self.conversation = str(begun["conversation"])
        self._headers = {"Authorization": f"Bearer {begun['token']}"}

    def say(self, saying: Saying) -> None:
        for text in saying.texts:
            self._send({"text": text})
        if saying.title is not None:
            self._send({"button": self._buttons[saying.title]})

    def listen(self) -> tuple[list[str], str]:
        self._wait(self._read_on)
        return list(self._buttons), self._said

    def read_anew(self) -> list[Seen]:
        """Return what the event stream brings to a browser that knows nothing yet."""
        self._position, self.seen = 0, []
        self._wait(self._read_on)
        return self.seen

    def close(self) -> None:
        self._http.close()

    def _send(self, body: dict[str, str]) -> None:
        client_id = uuid.uuid4().hex
        self.sent.append(client_id)
        self._insist(f"/api/conversations/{self.conversation}/messages", {"client_id": client_id} | body, 202)

    def _insist(self, path: str, body: dict[str, str], expected: int) -> Any:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = self._http.post(path, json=body, headers=self._headers)
            except httpx.HTTPError as error:
                answer, trouble = None, type(error).__name__
            if answer is not None:
                if answer.status_code == expected:
                    return answer.json()
                trouble = f"status {answer.status_code}"
                if answer.status_code not in _PASSING:
                    raise Stuck(f"{self.name} was refused with {trouble}")
            if self._stack.is_over or time.monotonic() > deadline:
                raise Stuck(f"{self.name} could not send for {PATIENCE_SECONDS} s: {trouble}")
            time.sleep(RETRY_SECONDS)

    def _read_on(self) -> bool:
        path = f"/api/conversations/{self.conversation}/events"
        try:
            with self._http.stream(
                "GET",
                path,
                params={"after": self._position},
                headers=self._headers,
                timeout=httpx.Timeout(10, read=QUIET_SECONDS),
            ) as stream:
                stream.raise_for_status()
                for position, data in read_messages(stream.iter_lines()):
                    if data is not None:
                        self._see(position, data)
                    if self._has_all():
                        return True
        except httpx.HTTPError:
            time.sleep(RETRY_SECONDS)
        return self._has_all()

    def _see(self, position: int, data: dict[str, Any]) -> None:
        self._position = position
        self.seen.append(Seen(position, data["from"], data["text"]))
        if data["from"] == Author.CUSTOMER.value:
            self._buttons = {}
            return
        self._buttons |= {button["title"]: button["id"] for button in data["buttons"]}
        self._said = data["text"]

    def _has_all(self) -> bool:
        with self._stack.database.read() as work:
            last = self._find_last(work)
            return last is not None and last.position <= max(self._position, 1 if last.author is Author.SYSTEM else 0)


class TelegramCustomer(Customer):
    """A person on Telegram; their `misfortune` is what went wrong once with a message to them, without a kill."""

    def __init__(self, stack: MortalStack, api: BotApi, name: str) -> None:
        super().__init__(stack, name)
        self._api = api
        self.person = api.person(name)
        self.misfortune: str | None = None
        self._heard_before = 0

    @property
    def chat_id(self) -> int:
        return self.person.chat_id

    def begin(self) -> None:
        self._act(self.person.start)

    def say(self, saying: Saying) -> None:
        for number, text in enumerate(saying.texts):
            self._act(lambda said=text: self.person.type(said), is_first=number == 0)  # type: ignore[misc]
        if saying.title is not None:
            title = saying.title
            self._act(lambda: self.person.press(title))

    def listen(self) -> tuple[list[str], str]:
        self._wait(self._has_heard)
        last = next((message for message in reversed(self.person.messages) if message.from_bot), None)
        return (last.buttons, last.text) if last else ([], "")

    def _act(self, act: Callable[[], object], *, is_first: bool = True) -> None:
        with self._api.lock:
            if is_first:
                self._heard_before = len(self.person.heard)
            act()
            self.sent.append(f"telegram-{self._api.last_update_id}")

    def _has_heard(self) -> bool:
        time.sleep(LOOK_SECONDS)
        with self._stack.database.read() as work:
            if self.conversation is None:
                chat = work.chats.find(Channel.TELEGRAM, str(self.chat_id))
                self.conversation = chat.conversation_id if chat else None
            last = self._find_last(work)
            if last is None or self._is_missing(work):
                return False
            said = squeeze(last.text) if last.author is Author.BOT else ""
        return said in squeeze("".join(self.person.heard[self._heard_before :]))

    def _is_missing(self, work: UnitOfWork) -> bool:
        return work.conversations.find_message_by_client_id(self.conversation or "", self.sent[-1]) is None


def read_messages(lines: Iterator[str]) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Yield each message of an event stream with its position, and None at whatever else happens in it."""
    kind, position = "", 0
    for line in lines:
        name, _, value = line.partition(": ")
        if name == "event":
            kind = value
        elif name == "id":
            position = int(value)
        elif name == "data":
            yield (position, json.loads(value)) if kind == "message" else (position, None)
