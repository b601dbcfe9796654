"""What goes wrong between the bot and Telegram, as often as a test says.

It only says what shall happen to a request; the server makes it happen.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from http import HTTPStatus

from tests.telegram.chats import Refusal

ANY = "*"


@dataclass
class Fault:
    """What happens to the requests for a method, in one chat or in all, for `times` requests or for ever (None).

    `done` says whether what was asked for is done all the same.
    """

    method: str
    times: int | None
    chat_id: int | None
    done: bool
    refusal: Refusal | None = None
    page: int | None = None
    cut: bool = False
    reset: bool = False
    delay: float = 0.0

    def concerns(self, method: str, chat_id: int | None) -> bool:
        if self.times == 0 or self.method.lower() not in (ANY, method.lower()):
            return False
        return self.chat_id is None or self.chat_id == chat_id


class Faults:
    """Faults in the order they were asked for: a request meets the first one that concerns it. "*" is every method.

    Each takes `times`, the number of requests it happens to (None: until `clear`), and `chat_id`, the one chat it
    happens in.
    """

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._faults: list[Fault] = []

    def fail(
        self,
        method: str,
        status: int = 500,
        description: str = "Internal Server Error",
        retry_after: int | None = None,
        times: int | None = 1,
        chat_id: int | None = None,
    ) -> None:
        """Answer with an error of the Bot API's own, and do nothing. `retry_after` is in seconds."""
        self._add(Fault(method, times, chat_id, done=False, refusal=Refusal(status, description, retry_after)))

    def flood(self, method: str, retry_after: int = 1, times: int | None = 1, chat_id: int | None = None) -> None:
        """Answer 429 as Telegram words it, and do nothing. `retry_after` is in seconds."""
        self.fail(method, 429, f"Too Many Requests: retry after {retry_after}", retry_after, times, chat_id)

    def status(
        self, method: str, status: int = 502, times: int | None = 1, chat_id: int | None = None, *, done: bool = False
    ) -> None:
        """Answer with a web page, as a proxy before Telegram does; `done` says whether Telegram had done it by then."""
        self._add(Fault(method, times, chat_id, done=done, page=status))

    def cut_before(
        self, method: str, times: int | None = 1, chat_id: int | None = None, *, reset: bool = False
    ) -> None:
        """Close the connection without an answer and do nothing; `reset` tears it down rudely (RST)."""
        self._add(Fault(method, times, chat_id, done=False, cut=True, reset=reset))

    def cut_after(self, method: str, times: int | None = 1, chat_id: int | None = None, *, reset: bool = False) -> None:
        """Do what is asked, then close the connection without an answer; `reset` tears it down rudely (RST)."""
        self._add(Fault(method, times, chat_id, done=True, cut=True, reset=reset))

    def delay(self, method: str, seconds: float, times: int | None = 1, chat_id: int | None = None) -> None:
        """Do what is asked at once, but answer only after so many seconds."""
        self._add(Fault(method, times, chat_id, done=True, delay=seconds))

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._faults = []

    @property
    def left(self) -> int:
        """How many faults have not happened as often as they should."""
        with self._lock:
            return sum(1 for fault in self._faults if fault.times != 0)

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """Return what shall happen to this request, and count it."""
        with self._lock:
            fault = next((fault for fault in self._faults if fault.concerns(method, chat_id)), None)
            if fault and fault.times is not None:
                fault.times -= 1
            return fault

    def _add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)


def write_page(status: int) -> str:
    """Return the page with which a proxy answers for a server it cannot reach."""
    title = f"{status} {HTTPStatus(status).phrase}"
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        "<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"
    )
