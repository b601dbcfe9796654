"""What becomes of a letter is told by how its request ended: not sent, refused, or nobody knows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from telegram import Bot

from bot.channels.telegram.requests import AiohttpRequest
from bot.channels.telegram.sender import TelegramSender
from bot.conversations.copy import GatewayCopy
from bot.conversations.letter_book import Envelope
from bot.conversations.outbox import LetterRefused, NotSent, OutcomeUnknown, TooMany
from bot.storage.tables import LetterKind
from tests.gateway import make_settings
from tests.stack import find_free_port
from tests.telegram.bot_api import BotApi
from tests.telegram.people import Person


@pytest.fixture(autouse=True)
def time_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    # Without it the library warns whenever it learns how long to wait.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
def ada(api: BotApi) -> Person:
    person = api.person("Ada")
    person.start()
    return person


def make_bot(api: BotApi, url: str | None = None) -> Bot:
    requests = [AiohttpRequest(connect_seconds=1, read_seconds=0.3) for _ in range(2)]
    return Bot(api.token, f"{url or api.url}/bot", request=requests[0], get_updates_request=requests[1])


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with make_bot(api) as made:
        yield made


async def send(bot: Bot, person: Person) -> str:
    sender = TelegramSender(bot, GatewayCopy(make_settings()))
    return await sender.send(Envelope(1, str(person.chat_id), "Hello *you*", LetterKind.REPLY, (("b1", "Price"),)))


async def test_a_letter_arrives_with_its_buttons(bot: Bot, ada: Person) -> None:
    assert (await send(bot, ada)).isdigit()
    assert ada.heard == ["Hello *you*"]
    ada.press("Price")


async def test_where_nobody_listens_nothing_was_sent(api: BotApi, ada: Person) -> None:
    nowhere = make_bot(api, f"http://127.0.0.1:{find_free_port()}")
    await nowhere.request.initialize()
    with pytest.raises(NotSent) as failed:
        await send(nowhere, ada)
    await nowhere.request.shutdown()
    assert failed.value.channel_is_away


@pytest.mark.parametrize(
    "arrange",
    [
        lambda api: api.faults.cut_before("sendMessage"),
        lambda api: api.faults.cut_before("sendMessage", reset=True),
        lambda api: api.faults.cut_after("sendMessage"),
        lambda api: api.faults.cut_after("sendMessage", reset=True),
        lambda api: api.faults.delay("sendMessage", 0.6),
        lambda api: api.faults.status("sendMessage", 200),
    ],
    ids=["closed before", "reset before", "closed after", "reset after", "too slow", "a page in place of an answer"],
)
async def test_nobody_knows_what_became_of_a_request_that_broke_off(
    api: BotApi, bot: Bot, ada: Person, arrange: Callable[[BotApi], None]
) -> None:
    arrange(api)
    with pytest.raises(OutcomeUnknown) as failed:
        await send(bot, ada)
    assert not failed.value.answered
    assert "Hello" not in str(failed.value)
    assert (await send(bot, ada)).isdigit()


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_an_error_page_is_an_answer_that_most_likely_means_no(
    api: BotApi, bot: Bot, ada: Person, status: int
) -> None:
    api.faults.status("sendMessage", status)
    with pytest.raises(OutcomeUnknown) as failed:
        await send(bot, ada)
    assert failed.value.answered


async def test_what_telegram_refuses_is_told_apart(api: BotApi, bot: Bot, ada: Person) -> None:
    api.faults.fail("sendMessage", 403, "Forbidden: bot was blocked by the user")
    with pytest.raises(LetterRefused) as refused:
        await send(bot, ada)
    assert refused.value.unreachable
    api.faults.fail("sendMessage", 400, "Bad Request: message is too long")
    with pytest.raises(LetterRefused) as refused:
        await send(bot, ada)
    assert not refused.value.unreachable
    api.faults.fail("sendMessage", 401, "Unauthorized")
    with pytest.raises(NotSent) as unsent:
        await send(bot, ada)
    assert unsent.value.channel_is_away
    api.faults.flood("sendMessage", 7)
    with pytest.raises(TooMany) as asked:
        await send(bot, ada)
    assert asked.value.seconds == 7
    assert ada.heard == []
