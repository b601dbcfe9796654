"""A customer's browser and the web API, over real HTTP, with SQLite and PostgreSQL behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.channels.web import health
from bot.conversations.masking import CARD
from bot.conversations.texts import LIMIT
from bot.storage.tables import Author, Channel
from tests.gateway import WIDGET_ORIGIN, Gateway


async def test_a_customer_who_opens_the_chat_is_greeted_by_the_bot(gateway: Gateway) -> None:
    customer = await gateway.begin()

    async with customer.listening() as events:
        await customer.until(lambda: customer.heard("bot"))

    assert customer.heard() == ["re: EXTERNAL_exit_interview"]
    kind, position, state = events[0]
    assert (kind, position) == ("state", None)
    assert state == {"mode": "bot", "typing": state["typing"], "outcome": None, "erased": False, "delayed": False}


async def test_a_customer_who_writes_gets_an_answer_and_sees_their_own_words(gateway: Gateway) -> None:
    customer = await gateway.begin()
    async with customer.listening() as events:
        response = await customer.send("It costs too much", client_id="mine-1")
        await customer.until(lambda: "re: It costs too much" in customer.heard())
        await customer.until(lambda: not customer.state["typing"])

    assert response.status_code == 202
    messages = [event for event in events if event[0] == "message"]
    own = next(data for _, _, data in messages if data["from"] == "customer")
    assert own["client_id"] == "mine-1"
    assert own["text"] == "It costs too much"
    assert response.json() == {"position": next(int(at or 0) for _, at, data in messages if data is own)}
    assert [int(at or 0) for _, at, _ in messages] == sorted(int(at or 0) for _, at, _ in messages)


TYPED_AND_KEPT = {
    "a command": ("/restart", "/restart"),
    "an intent": ('/inform{"reason":"price"}', '/inform{"reason":"price"}'),
    "the longest text": ("x" * LIMIT, "x" * LIMIT),
    "control characters": ("ding\x07\x00 dong", "ding dong"),
    "right-to-left marks": ("safe\u202etxt.exe\u200f", "safetxt.exe"),
    "HTML": ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
    "emoji only": ("😢👩‍👩‍👧‍👦", "😢👩‍👩‍👧‍👦"),
    "a card number": ("pay with 4111 1111 1111 1111", f"pay with {CARD}"),
}


async def test_whatever_a_customer_types_is_kept_as_text(gateway: Gateway) -> None:
    customer = await gateway.begin()

    for what, (typed, _) in TYPED_AND_KEPT.items():
        assert (await customer.send(typed)).status_code == 202, what

    await gateway.until_quiet()
    kept = [text for _, text in TYPED_AND_KEPT.values()]
    assert [text for text in gateway.read_texts(customer.conversation) if text in kept] == kept
    said = gateway.rasa.made[1:]
    assert [one["text"] for one in said] == [text[:2_000] for text in kept]
    assert not any("button" in one or "event" in one for one in said)


REFUSED = {
    "nothing": ({"text": ""}, 422, "empty"),
    "nothing visible": ({"text": " \n\x00\u200b"}, 422, "empty"),
    "a character too many": ({"text": "x" * (LIMIT + 1)}, 413, "too_long"),
    "far too much": ({"text": "x" * 300_000}, 413, "too_long"),
    "neither text nor button": ({}, 422, "malformed"),
    "both": ({"text": "a", "button": "b"}, 422, "malformed"),
    "a number": ({"text": 7}, 422, "malformed"),
    "no id": ({"text": "a", "client_id": ""}, 422, "malformed"),
    "a long id": ({"text": "a", "client_id": "x" * 65}, 422, "malformed"),
    "a strange id": ({"text": "a", "client_id": "nul\x00"}, 422, "malformed"),
    "a field too many": ({"text": "a", "sender": "somebody else"}, 422, "malformed"),
    "an unknown button": ({"button": "no-such-button"}, 409, "stale_button"),
    "a strange button": ({"button": "nul\x00"}, 422, "malformed"),
}


async def test_a_customer_who_sends_what_cannot_be_taken_is_told_why(gateway: Gateway) -> None:
    customer = await gateway.begin()

    for what, (body, status, code) in REFUSED.items():
        response = await customer.send(**body)
        assert (response.status_code, response.json()["error"]) == (status, code), what
        assert response.json()["message"].endswith("."), what
        assert "x" * 50 not in response.text, what

    with gateway.database.read() as work:
        said = [m for m in work.conversations.list_messages(customer.conversation) if m.author is Author.CUSTOMER]
    assert said == []


async def test_a_body_that_is_not_json_is_refused_kindly(gateway: Gateway) -> None:
    customer = await gateway.begin()
    url = f"/api/conversations/{customer.conversation}/messages"

    for content in (b"{", b"[1]", b"\xff\xfe", b""):
        headers = customer.headers | {"Content-Type": "application/json"}
        response = await gateway.http.post(url, content=content, headers=headers)
        assert (response.status_code, response.json()["error"]) == (422, "malformed")

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b" " * 8192

    response = await gateway.http.post(url, content=endless(), headers=customer.headers)
    assert response.status_code == 413


async def test_half_an_emoji_does_not_lose_the_rest_of_the_message(gateway: Gateway) -> None:
    customer = await gateway.begin()
    url = f"/api/conversations/{customer.conversation}/messages"
    headers = customer.headers | {"Content-Type": "application/json"}

    response = await gateway.http.post(url, content=rb'{"client_id":"a","text":"so sad \ud83d"}', headers=headers)

    assert response.status_code == 202
    assert "so sad" in gateway.read_texts(customer.conversation)


async def test_a_message_sent_twice_is_kept_and_answered_once(gateway: Gateway) -> None:
    customer = await gateway.begin()

    answers = await asyncio.gather(*(customer.send("Too dear", client_id="same") for _ in range(5)))

    assert {answer.text for answer in answers} == {answers[0].text}
    await customer.until(lambda: len(gateway.rasa.made) == 2)
    assert gateway.read_texts(customer.conversation).count("Too dear") == 1


async def test_messages_sent_in_quick_succession_are_answered_in_their_order(gateway: Gateway) -> None:
    one, other = await gateway.begin(), await gateway.begin()

    for number in range(20):
        await asyncio.gather(one.send(f"one {number}"), other.send(f"other {number}"))

    await gateway.until_quiet()
    assert gateway.rasa.said_in(one.conversation)[1:] == [f"one {number}" for number in range(20)]
    assert gateway.rasa.said_in(other.conversation)[1:] == [f"other {number}" for number in range(20)]
    replies = [text for text in gateway.read_texts(one.conversation) if text.startswith("re: one")]
    assert replies == [f"re: one {number}" for number in range(20)]


async def test_a_customer_who_comes_back_hears_only_what_is_new(gateway: Gateway) -> None:
    customer = await gateway.begin()
    async with customer.listening() as events:
        await customer.send("first")
        await customer.until(lambda: "re: first" in customer.heard())
    seen = max(int(position) for _, position, _ in events if position)
    await customer.send("second")

    async with customer.listening(after=seen):
        await customer.until(lambda: "re: second" in customer.heard())

    assert customer.heard() == ["second", "re: second"]


async def test_two_tabs_of_one_customer_see_the_same(gateway: Gateway) -> None:
    customer = await gateway.begin()
    async with customer.listening() as first, customer.listening() as second:
        await customer.send("hello")
        for events in (first, second):
            await customer.until(lambda e=events: any(data.get("text") == "re: hello" for _, _, data in e))


async def test_nobody_gets_into_a_conversation_without_its_token(gateway: Gateway) -> None:
    customer = await gateway.begin()
    url = f"/api/conversations/{customer.conversation}"

    for token in (b"", b"Bearer", b"Bearer wrong", b"Basic abc", "Bearer \u00e9".encode("latin-1")):
        headers = {b"Authorization": token}
        for response in (
            await gateway.http.post(f"{url}/messages", json={"client_id": "a", "text": "hi"}, headers=headers),
            await gateway.http.get(f"{url}/events", headers=headers),
        ):
            assert (response.status_code, response.json()["error"]) == (401, "unknown_conversation"), token


async def test_a_token_opens_its_own_conversation_only(gateway: Gateway) -> None:
    mine, theirs = await gateway.begin(), await gateway.begin()
    mine.conversation, conversation = theirs.conversation, mine.conversation

    assert (await mine.send("let me in")).status_code == 401

    mine.conversation = conversation
    gateway.tokens.revoke(conversation)
    assert (await mine.send("let me in")).status_code == 401


async def test_a_position_that_is_none_is_refused(gateway: Gateway) -> None:
    customer = await gateway.begin()
    url = f"/api/conversations/{customer.conversation}/events"

    for after in ("-1", "x", str(2**31)):
        response = await gateway.http.get(url, params={"after": after}, headers=customer.headers)
        assert (response.status_code, response.json()["error"]) == (422, "malformed"), after


async def test_the_widget_learns_about_the_company(gateway: Gateway) -> None:
    response = await gateway.http.get("/api/widget")

    assert response.json() == {
        "company": "Bramble & Oak",
        "privacy_url": "/privacy",
        "support_contact": "help@bramble-and-oak.example",
        "cancel_url": "",
        "colour": "#2f6f5e",
        "logo_url": "",
        "telegram": False,
    }


async def test_a_site_on_the_list_may_embed_the_widget(gateway: Gateway) -> None:
    asked = await gateway.http.options(
        "/api/conversations",
        headers={
            "Origin": WIDGET_ORIGIN,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, content-type",
        },
    )
    begun = await gateway.http.post("/api/conversations", json={}, headers={"Origin": WIDGET_ORIGIN})

    assert asked.status_code == 200
    assert begun.status_code == 201
    assert begun.headers["access-control-allow-origin"] == WIDGET_ORIGIN
    assert "access-control-allow-credentials" not in begun.headers
    assert "set-cookie" not in begun.headers


async def test_a_foreign_site_may_not_embed_the_widget(gateway: Gateway) -> None:
    for origin in ("https://evil.example", "null", "https://shop.example.evil.example"):
        asked = await gateway.http.options(
            "/api/conversations", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}
        )
        begun = await gateway.http.post("/api/conversations", json={}, headers={"Origin": origin})

        assert asked.status_code == 400
        assert (begun.status_code, begun.json()["error"]) == (403, "foreign_origin")
        assert "access-control-allow-origin" not in begun.headers


async def test_our_own_pages_may_use_the_api_under_any_name_of_this_machine(gateway: Gateway) -> None:
    own = str(gateway.http.base_url).rstrip("/")
    assert (await gateway.http.post("/api/conversations", json={}, headers={"Origin": own})).status_code == 201


async def test_health_tells_what_works(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "KEPT_SECONDS", 0)
    healthy = await gateway.http.get("/health")
    queues = ("waiting_deliveries", "failed_deliveries", "waiting_updates", "failed_updates")
    nothing = dict.fromkeys((*queues, "waiting_letters", "unknown_letters", "failed_letters"), 0)
    nothing |= {"telegram": "off", "telegram_address": None, "email": "off", "outreach": "off"}
    assert healthy.json() == {"status": "ok", "rasa": True, "database": True, "waiting_turns": 0, **nothing}

    await gateway.rasa.stop()
    await gateway.begin()
    ill = await gateway.http.get("/health")
    assert ill.status_code == 200
    assert ill.json() == {"status": "degraded", "rasa": False, "database": True, "waiting_turns": 1, **nothing}


async def test_an_unknown_address_is_answered_in_json(gateway: Gateway) -> None:
    response = await gateway.http.get("/api/nothing")
    assert (response.status_code, response.json()["error"]) == (404, "not_found")
    wrong_method = await gateway.http.get("/api/conversations")
    assert (wrong_method.status_code, wrong_method.json()["error"]) == (405, "malformed")


async def test_a_fault_of_ours_is_admitted_without_repeating_the_customer(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(_conversation: str, _client_id: str, text: str) -> None:
        raise RuntimeError(text)

    customer = await gateway.begin()
    monkeypatch.setattr(gateway.conversations, "receive_text", break_down)
    url = f"/api/conversations/{customer.conversation}/messages"
    said = {"client_id": "a", "text": "my secret sorrow"}

    response = await gateway.http.post(url, json=said, headers=customer.headers | {"Origin": WIDGET_ORIGIN})

    assert (response.status_code, response.json()["error"]) == (500, "trouble")
    assert "sorrow" not in response.text
    assert response.headers["access-control-allow-origin"] == WIDGET_ORIGIN


async def test_a_customer_gets_a_link_to_go_on_on_telegram(gateway: Gateway) -> None:
    customer = await gateway.begin()
    gateway.chats.open_door(Channel.TELEGRAM, lambda token: f"https://t.me/farewell_bot?start={token}")

    settings = (await gateway.http.get("/api/widget")).json()
    answer = await gateway.http.post(f"/api/conversations/{customer.conversation}/telegram", headers=customer.headers)

    assert settings["telegram"] is True
    assert answer.status_code == 201
    url, token = answer.json()["url"].split("start=")
    assert url == "https://t.me/farewell_bot?"
    assert gateway.chats.follow_link(Channel.TELEGRAM, "77", token, "telegram-1") == customer.conversation
    assert gateway.chats.follow_link(Channel.TELEGRAM, "78", token, "telegram-2") is None


async def test_without_telegram_there_is_no_link_to_it(gateway: Gateway) -> None:
    customer = await gateway.begin()

    settings = (await gateway.http.get("/api/widget")).json()
    answer = await gateway.http.post(f"/api/conversations/{customer.conversation}/telegram", headers=customer.headers)

    assert settings["telegram"] is False
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


async def test_nobody_gets_a_link_to_the_conversation_of_somebody_else(gateway: Gateway) -> None:
    customer, other = await gateway.begin(), await gateway.begin()
    gateway.chats.open_door(Channel.TELEGRAM, lambda token: f"https://t.me/farewell_bot?start={token}")

    for headers in (other.headers, {}):
        answer = await gateway.http.post(f"/api/conversations/{customer.conversation}/telegram", headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (401, "unknown_conversation")
