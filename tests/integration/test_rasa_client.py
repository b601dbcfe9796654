"""The client tells apart what passes by itself, what is worth another try, and what is not."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from pydantic import SecretStr

from bot.conversations.rasa import Rasa, RasaUnreachable, TurnFailed
from bot.errors import DialogueUnavailable
from tests.fake_rasa import SECRET, FakeRasa

HELLO = {"text": "hello"}


@pytest.fixture
async def client(rasa: FakeRasa):  # type: ignore[no-untyped-def]
    client = Rasa(rasa.url, SecretStr(SECRET))
    yield client
    await client.close()


async def test_a_turn_brings_back_the_replies(client: Rasa, rasa: FakeRasa) -> None:
    replies = await client.turn("c-1", 7, HELLO)

    assert [(reply.utter, reply.text) for reply in replies] == [("utter_echo", "re: hello")]
    assert rasa.asked == [{"conversation": "c-1", "message_id": "7", "text": "hello"}]


async def test_texts_are_understood(client: Rasa, rasa: FakeRasa) -> None:
    rasa.intents["stop"] = "stop_contact"

    understood = await client.parse(["stop", "go on"])

    assert [one.intent for one in understood] == ["stop_contact", "inform"]


@pytest.mark.parametrize(
    ("trouble", "error", "hopeless"),
    [
        ((503, "actions unavailable"), DialogueUnavailable, None),
        ((503, "memory unavailable"), DialogueUnavailable, None),
        ((503, "not ready"), RasaUnreachable, None),
        ((403, "forbidden"), DialogueUnavailable, None),
        ((404, "not found"), DialogueUnavailable, None),
        ((500, "turn failed"), TurnFailed, False),
        ((500, "<html>a page of its server</html>"), TurnFailed, False),
        ((404, "<html>somebody else's page</html>"), DialogueUnavailable, None),
        ((422, "unknown intent"), TurnFailed, True),
    ],
)
async def test_every_trouble_is_told_apart(
    client: Rasa, rasa: FakeRasa, trouble: tuple[int, str], error: type[Exception], hopeless: bool | None
) -> None:
    rasa.trouble = lambda _: trouble

    with pytest.raises(error) as raised:
        await client.turn("c-1", 7, HELLO)

    assert type(raised.value) is error
    assert getattr(raised.value, "hopeless", None) is hopeless


async def test_a_rasa_that_is_not_there_is_unreachable(client: Rasa, rasa: FakeRasa) -> None:
    assert await client.is_ready()
    await rasa.stop()

    assert not await client.is_ready()
    with pytest.raises(RasaUnreachable):
        await client.turn("c-1", 7, HELLO)


async def test_a_rasa_that_hangs_is_not_waited_for_without_end(client: Rasa, rasa: FakeRasa) -> None:
    client._timeout = aiohttp.ClientTimeout(sock_read=0.05)
    rasa.open.clear()

    with pytest.raises(DialogueUnavailable) as raised:
        await client.turn("c-1", 7, HELLO)

    assert not isinstance(raised.value, RasaUnreachable)
    rasa.open.set()
    await asyncio.sleep(0)


async def test_an_answer_that_is_none_is_a_failure_and_is_not_quoted(client: Rasa, rasa: FakeRasa) -> None:
    rasa.reply = lambda _: [{"text": ["my secret"]}]

    with pytest.raises(TurnFailed) as raised:
        await client.turn("c-1", 7, HELLO)

    assert "secret" not in str(raised.value)
