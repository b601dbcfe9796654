"""The Telegram channel on the gateway of the tests: people, staff and Rasa against each other over real HTTP."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from bot.channels.telegram.channel import TelegramChannel
from bot.clock import utc_now
from bot.conversations.chats import ChatService
from bot.conversations.opt_out import OptOutService
from bot.storage.tables import Author, Channel, Letter, LetterState
from tests.gateway import Gateway, make_settings, until
from tests.telegram.bot_api import BotApi
from tests.telegram.people import Person


class Telegram:
    """The channel, running, and what a test asks of the record."""

    def __init__(self, gateway: Gateway, api: BotApi) -> None:
        self.gateway = gateway
        self.api = api
        self.settings = make_settings(telegram_bot_token=api.token, telegram_api_base_url=api.url)
        opt_outs = OptOutService(gateway.database, self.settings, utc_now)
        self.chats = ChatService(gateway.database, opt_outs, gateway.announcer, gateway.copy, utc_now)
        self.channel = self.make_channel()

    def make_channel(self) -> TelegramChannel:
        """Return the channel as another start of the application makes it."""
        assert self.settings.telegram_bot_token is not None
        gateway = self.gateway
        return TelegramChannel(
            self.settings.telegram_bot_token.get_secret_value(),
            self.settings,
            gateway.database,
            gateway.conversations,
            self.chats,
            gateway.announcer,
            gateway.copy,
            utc_now,
        )

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let the channel run; leaving it is the end of the application."""
        self.channel = self.make_channel()
        task = asyncio.create_task(self.channel.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def conversation_of(self, person: Person) -> str:
        found = self.chats.find(Channel.TELEGRAM, str(person.chat_id))
        assert found is not None
        return found

    def list_letters(self, person: Person) -> list[Letter]:
        with self.gateway.database.read() as work:
            conversation = self.conversation_of(person)
            found = work.session.query(Letter).filter_by(conversation_id=conversation).order_by(Letter.id).all()
            work.session.expunge_all()
            return found

    def count(self, state: LetterState) -> int:
        with self.gateway.database.read() as work:
            return work.letters.count().get(state, 0)

    def read_transcript(self, person: Person) -> list[tuple[str, str]]:
        """Return who said what, without the triggers that nobody sees."""
        messages = self.gateway.list_messages(self.conversation_of(person))
        return [(one.author.value, one.text) for one in messages if one.author is not Author.SYSTEM]

    async def hears(self, person: Person, *texts: str, seconds: float = 10) -> None:
        """Wait until these are the last things a person has heard."""
        await until(
            lambda: person.heard[-len(texts) :] == list(texts), f"they hear {texts}, not {person.heard}", seconds
        )
