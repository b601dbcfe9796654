"""Customers who have left and to whom we write first: in their chat on Telegram, or by a mail whose link leads to the
web."""

from __future__ import annotations

import re
import uuid

import httpx
from sqlalchemy import func, select

from bot.retention.channels import Channel
from bot.storage.tables import Author, ConversationToken
from tests.postbox import Postbox, read_parts
from tests.scenarios.leaving import LOOK_SECONDS, PATIENCE_SECONDS, Leaving, wait_for_touch
from tests.scenarios.telegram_customer import SKIP_AND_CANCEL, TelegramCustomer
from tests.scenarios.web_customer import WebCustomer
from tests.stack import Stack, wait_until
from tests.telegram.bot_api import BotApi
from tests.telegram.chats import Standing


class LapsedOnTelegram(TelegramCustomer):
    """One person whose chat with the bot is open since long ago."""

    look_seconds = 0.3

    def __init__(self, stack: Stack, api: BotApi, leaving: Leaving) -> None:
        self._leaving = leaving
        super().__init__(stack, api)

    def begin_anew(self) -> None:
        self._person = self._api.person("Ada")
        self._api.chats[self._person.chat_id].standing = Standing.OPEN
        self._heard = self._seen = 0
        address = str(self._person.chat_id)
        self.customer_id = self._leaving.write_down(self._stack.database, Channel.TELEGRAM, address)
        touch = wait_for_touch(self._stack.database, self.customer_id)
        assert touch.conversation_id is not None
        self.conversation = touch.conversation_id

    def _note_seen(self) -> None:
        super()._note_seen()
        # They have left already, so there is nothing to cancel.
        assert all(SKIP_AND_CANCEL not in message.buttons for message in self._person.messages)


class LapsedByMail(WebCustomer):
    """One person who follows the link in their mail and presses the button behind it."""

    look_seconds = 0.3

    def __init__(self, stack: Stack, postbox: Postbox, leaving: Leaving) -> None:
        self._postbox = postbox
        self._leaving = leaving
        super().__init__(stack)

    def begin_anew(self) -> None:
        self._seen = 0
        self.address = f"{uuid.uuid4().hex}@example.org"
        self.customer_id = self._leaving.write_down(self._stack.database, Channel.EMAIL, self.address)
        mail = self._wait_for_mail()
        touch = wait_for_touch(self._stack.database, self.customer_id)
        assert touch.conversation_id is not None
        self.conversation = touch.conversation_id
        said = [message.text for message in self.list_new() if message.author is Author.BOT]
        assert all(" ".join(text.split()) in " ".join(mail.split()) for text in said), mail
        self.link = self._find_link("talk")
        self._follow_link()

    @property
    def mails(self) -> list[str]:
        """Everything that has arrived in their mailbox, as plain text."""
        return [read_parts(mail)[0] for mail in list(self._postbox.mails) if mail["To"] == self.address]

    def open_link(self) -> httpx.Response:
        """Open the link, as a mail program's scanner does too."""
        return self._http.get(self.link)

    def press_link(self) -> httpx.Response:
        """Press the button on the page behind it."""
        return self._http.post(self.link)

    def open_unsubscribe_link(self) -> httpx.Response:
        """Open the other link of the mail."""
        return self._http.get(self._find_link("unsubscribe"))

    def unsubscribe(self) -> httpx.Response:
        """End all messages with one click, as mail programs offer it."""
        return self._http.post(self._find_link("unsubscribe"), data={"List-Unsubscribe": "One-Click"})

    def count_browsers(self) -> int:
        """Return how many browsers have been let into the conversation."""
        with self._stack.database.read() as work:
            tokens = select(func.count()).where(ConversationToken.conversation_id == self.conversation)
            return work.session.scalar(tokens) or 0

    def _wait_for_mail(self) -> str:
        wait_until(lambda: bool(self.mails), "the mail has arrived", PATIENCE_SECONDS, LOOK_SECONDS)
        return self.mails[0]

    def _find_link(self, purpose: str) -> str:
        found = re.search(rf"{re.escape(self._stack.url)}(/{purpose}/\S+)", self.mails[0])
        assert found is not None, self.mails[0]
        return found[1]

    def _follow_link(self) -> None:
        assert self.open_link().status_code == 200
        assert self.count_browsers() == 0, "a link that is only opened lets nobody in"
        pressed = self.press_link()
        assert pressed.status_code == 201, pressed.text
        assert pressed.json()["conversation"] == self.conversation
        self._headers = {"Authorization": f"Bearer {pressed.json()['token']}"}
