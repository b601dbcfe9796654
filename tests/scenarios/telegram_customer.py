"""A customer on Telegram, who sees what arrives in their chat; one who is signed in comes there from the web."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing

from bot.clock import utc_now
from bot.conversations.announcer import Announcer
from bot.conversations.chats import ChatService
from bot.storage.tables import Author, Channel
from tests.scenarios.customer import OPENING, PATIENCE_SECONDS, Customer
from tests.scenarios.web_customer import WebCustomer
from tests.stack import Stack, wait_until
from tests.telegram.bot_api import BotApi

MOVED = ["utter_go_on", "utter_ask_exit_interview_reason_again"]
HERE = "_here"
"""Where the words must differ on Telegram, a response's name ends so; to a story it is the same response."""
SKIP_AND_CANCEL = "Skip and cancel"


class TelegramCustomer(Customer):
    """One person in one chat."""

    def __init__(self, stack: Stack, api: BotApi, claims: dict[str, object] | None = None) -> None:
        super().__init__(stack)
        self._api = api
        self._claims = claims
        self.begin_anew()

    def begin_anew(self) -> None:
        self._person = self._api.person("Ada")
        self._heard = self._seen = 0
        if self._claims is None:
            self._person.start()
            self.conversation = self._find_conversation()
        else:
            self._come_from_the_web()

    def hear_opening(self) -> list[str]:
        return super().hear_opening() if self._claims is None else OPENING

    def type(self, text: str) -> None:
        self._say(lambda: self._person.type(text))

    def press(self, title: str) -> None:
        self._say(lambda: self._person.press(title))

    def skip_and_cancel(self) -> None:
        self.press(SKIP_AND_CANCEL)

    def close(self) -> None:
        """Go; everything the bot has said must have arrived by then, in order and once."""

    def is_waiting(self) -> bool:
        return super().is_waiting() or self._is_anything_on_its_way()

    def name_response(self, response: str) -> str:
        return response.replace(HERE, "")

    def _note_seen(self) -> None:
        new = [message.text for message in self.list_new() if message.author in (Author.BOT, Author.STAFF)]
        heard = self._person.heard[self._heard :]
        self._heard += len(heard)
        # Staff's name stands before what they write, and what is said in one breath is one message of Telegram.
        assert "\n\n".join(heard).endswith("\n\n".join(new)) or "Robin: " in "".join(heard), (heard, new)
        super()._note_seen()

    def _say(self, act: Callable[[], object]) -> None:
        with self._stack.database.read() as work:
            before = work.conversations.get(self.conversation).last_position
        act()
        wait_until(lambda: self._read_last_position() > before, "what was done on Telegram is in the transcript")

    def _read_last_position(self) -> int:
        with self._stack.database.read() as work:
            return work.conversations.get(self.conversation).last_position

    def _come_from_the_web(self) -> None:
        with closing(WebCustomer(self._stack, self._claims)) as browser:
            assert browser.hear_opening() == OPENING
            self.conversation = browser.conversation
            self._seen = browser._seen
        chats = ChatService(self._stack.database, None, Announcer(), None, utc_now)  # type: ignore[arg-type]
        chats.open_door(Channel.TELEGRAM, lambda token: token)
        self._person.start(chats.invite(self.conversation, Channel.TELEGRAM))
        assert self.hear(MOVED) == MOVED

    def _find_conversation(self) -> str:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            with self._stack.database.read() as work:
                chat = work.chats.find(Channel.TELEGRAM, str(self._person.chat_id))
            if chat is not None:
                return chat.conversation_id
            time.sleep(0.02)
        raise AssertionError("no conversation began in the chat")

    def _is_anything_on_its_way(self) -> bool:
        with self._stack.database.read() as work:
            # What was pressed stands in the transcript a moment before all that follows from it has been done.
            if work.telegram_updates.find_next(self._person.chat_id) is not None:
                return True
            letters = work.letters.list_waiting(Channel.TELEGRAM, str(self._person.chat_id))
            sending = work.letters.list_sending(Channel.TELEGRAM, self._stack.settings.worker) if not letters else []
        return bool(letters) or any(one.address == str(self._person.chat_id) for one in sending)
