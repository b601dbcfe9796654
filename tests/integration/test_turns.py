"""What becomes of a customer's message when things go wrong, when staff step in, and when it is a button."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import utc_now
from bot.conversations import turn_book, turns
from bot.conversations.copy import Sentence
from bot.storage.tables import Author, Mode, StaffUser, TurnState
from bot.storage.unit_of_work import Database
from tests.fake_rasa import FakeRasa, describe
from tests.gateway import Customer, Gateway, until

pytestmark = pytest.mark.usefixtures("impatience")


@pytest.fixture
def staff(database: Database) -> StaffUser:
    user = StaffUser(name="ana", password_hash="x", created_at=utc_now())
    with database.write() as work:
        work.staff.add(user)
        work.commit()
    return user


def responses(gateway: Gateway, customer: Customer) -> list[str | None]:
    return [m.response for m in gateway.list_messages(customer.conversation) if m.author is Author.BOT]


def turn_state(gateway: Gateway, text: str) -> TurnState:
    with gateway.database.read() as work:
        for said in [m for c in _conversations(gateway) for m in work.conversations.list_messages(c)]:
            turn = work.turns.find(said.id)
            if said.text == text and turn:
                return turn.state
    raise AssertionError(f"no turn for {text}")


def _conversations(gateway: Gateway) -> set[str]:
    return {said["conversation"] for said in gateway.rasa.asked}


def offer_buttons(said: dict[str, Any]) -> list[dict[str, Any]]:
    titles = ["Price", "Quality", "Service", "Moved", "Billing", "Something else"]
    buttons = [{"title": title, "payload": f'/inform{{"reason":"{title.lower()}"}}'} for title in titles]
    return [{"utter": "utter_ask", "text": "Why?", "buttons": buttons, "metadata": {"shuffle": True, "pinned": 1}}]


async def test_a_customer_who_writes_while_rasa_is_down_hears_so_once_and_is_answered_when_it_is_back(
    gateway: Gateway,
) -> None:
    customer = await gateway.begin()
    await gateway.until_quiet()
    await gateway.rasa.stop()

    async with customer.listening():
        for number in range(3):
            assert (await customer.send(f"message {number}")).status_code == 202
        await until(lambda: customer.state["delayed"], "the customer is told of the delay")
        assert not customer.state["typing"]
        await asyncio.sleep(0.3)
        await gateway.rasa.start()
        await gateway.until_quiet()
        await until(lambda: "re: message 2" in customer.heard(), "all answers arrive")
        await until(lambda: not customer.state["delayed"], "the delay is over")

    assert gateway.rasa.said_in(customer.conversation) == [
        "EXTERNAL_exit_interview",
        *[f"message {number}" for number in range(3)],
    ]
    assert responses(gateway, customer) == ["utter_echo", Sentence.DELAYED, "utter_echo", "utter_echo", "utter_echo"]
    assert customer.heard("bot")[-3:] == [f"re: message {number}" for number in range(3)]


async def test_a_restart_of_the_application_loses_nothing(database: Database, rasa: FakeRasa) -> None:
    await rasa.stop()
    async with Gateway(database, utc_now, rasa).running() as before:
        customer = await before.begin()
        await customer.send("are you there?")
        await until(lambda: Sentence.DELAYED in responses(before, customer))
    await rasa.start()

    async with Gateway(database, utc_now, rasa).running() as after:
        await after.until_quiet()
        assert after.rasa.said_in(customer.conversation) == ["EXTERNAL_exit_interview", "are you there?"]


async def test_a_reply_that_was_lost_on_its_way_is_fetched_and_the_turn_not_made_again(gateway: Gateway) -> None:
    lost = iter([(503, "actions unavailable"), (503, "memory unavailable")])
    gateway.rasa.trouble = lambda _: next(lost, None)
    customer = await gateway.begin()
    await gateway.until_quiet()
    assert responses(gateway, customer) == [Sentence.DELAYED, "utter_echo"]

    message_id = gateway.rasa.made[0]["message_id"]
    again = await gateway.client.turn(customer.conversation, int(message_id), {"event": {"intent": "x"}})

    assert [reply.text for reply in again] == ["re: EXTERNAL_exit_interview"]
    assert not gateway.book.complete(customer.conversation, int(message_id), again, for_staff=False)
    assert gateway.read_texts(customer.conversation).count("re: EXTERNAL_exit_interview") == 1


async def test_a_customer_whose_message_breaks_the_dialogue_is_given_to_staff(gateway: Gateway) -> None:
    gateway.rasa.trouble = lambda said: (500, "turn failed") if describe(said) == "crash" else None
    customer = await gateway.begin()
    await customer.send("crash")
    await customer.send("still there?")
    await gateway.until_quiet()

    assert len([said for said in gateway.rasa.asked if describe(said) == "crash"]) == turn_book.FAILURES
    assert responses(gateway, customer) == ["utter_echo", Sentence.DELAYED, Sentence.FAILED]
    assert "Monday to Friday" in gateway.read_texts(customer.conversation)[-1]
    assert turn_state(gateway, "still there?") is TurnState.SILENCED
    with gateway.database.read() as work:
        conversation = work.conversations.get(customer.conversation)
        assert conversation.mode is Mode.STAFF
        assert conversation.handoff_requested_at is not None


async def test_a_turn_that_rasa_calls_malformed_is_given_to_staff_at_once(gateway: Gateway) -> None:
    gateway.rasa.trouble = lambda said: (422, "unknown intent") if describe(said) == "odd" else None
    customer = await gateway.begin()
    await customer.send("odd")
    await gateway.until_quiet()

    assert len([said for said in gateway.rasa.asked if describe(said) == "odd"]) == 1
    assert responses(gateway, customer)[-1] == Sentence.FAILED


async def test_a_wrong_secret_keeps_messages_until_it_is_put_right(gateway: Gateway) -> None:
    gateway.client._headers["X-Gateway-Secret"] = "wrong"
    customer = await gateway.begin()
    await until(lambda: responses(gateway, customer) == [Sentence.DELAYED])

    gateway.client._headers["X-Gateway-Secret"] = "g" * 40
    await gateway.until_quiet()

    assert responses(gateway, customer) == [Sentence.DELAYED, "utter_echo"]


async def test_a_customer_presses_one_of_the_shuffled_answers(gateway: Gateway) -> None:
    gateway.rasa.reply = offer_buttons
    orders = set()
    for _ in range(8):
        customer = await gateway.begin()
        async with customer.listening() as events:
            await until(lambda c=customer: c.heard("bot"))
        buttons = next(data["buttons"] for kind, _, data in events if kind == "message")
        titles = [button["title"] for button in buttons]
        assert titles[-1] == "Something else"
        assert sorted(titles[:-1]) == ["Billing", "Moved", "Price", "Quality", "Service"]
        orders.add(tuple(titles))
    assert len(orders) > 1

    price = next(button for button in buttons if button["title"] == "Price")
    assert (await customer.send(button=price["id"], client_id="once")).status_code == 202
    assert (await customer.send(button=price["id"], client_id="once")).status_code == 202
    await gateway.until_quiet()

    assert gateway.rasa.made[-1]["button"] == {"title": "Price", "intent": "inform", "entities": {"reason": "price"}}
    assert gateway.rasa.said_in(customer.conversation).count("inform") == 1
    assert "Price" in gateway.read_texts(customer.conversation)


async def test_a_button_is_stale_once_its_customer_has_said_something(gateway: Gateway) -> None:
    gateway.rasa.reply = offer_buttons
    customer, stranger = await gateway.begin(), await gateway.begin()
    async with customer.listening() as events:
        await until(lambda: customer.heard("bot"))
    button = next(data["buttons"][0]["id"] for kind, _, data in events if kind == "message")

    assert (await stranger.send(button=button)).status_code == 409
    await customer.send("let me think")
    refused = await customer.send(button=button)

    assert (refused.status_code, refused.json()["error"]) == (409, "stale_button")
    await gateway.until_quiet()
    async with customer.listening() as events:
        await until(lambda: len(customer.heard("bot")) == 2)
    offered = [len(data["buttons"]) for kind, _, data in events if kind == "message" and data["from"] == "bot"]
    assert offered == [0, 6]


async def test_skip_and_cancel_works_at_any_time_and_with_rasa_down(gateway: Gateway) -> None:
    await gateway.rasa.stop()
    customer = await gateway.begin()

    async with customer.listening():
        assert (await customer.send(button="skip_and_cancel")).status_code == 202
        await until(lambda: customer.state["outcome"] == "skipped", "the widget hears how it ended")

    await gateway.rasa.start()
    await gateway.until_quiet()
    assert gateway.rasa.made[-1]["button"] == {
        "title": "Skip and cancel",
        "intent": "skip_and_cancel",
        "entities": {},
    }


async def test_a_customer_who_asks_for_a_human_hears_that_one_comes_and_then_no_bot(gateway: Gateway) -> None:
    def hand_over(said: dict[str, Any]) -> None:
        if describe(said) == "a human please":
            gateway.handoff.request(said["conversation"], int(said["message_id"]))

    gateway.rasa.during = hand_over
    customer = await gateway.begin()
    async with customer.listening():
        await customer.send("a human please")
        await customer.send("hello?")
        await until(lambda: "re: a human please" in customer.heard())
        await until(lambda: customer.state["mode"] == "staff")
        await gateway.until_quiet()
        assert not customer.state["typing"]

    assert "re: hello?" not in gateway.read_texts(customer.conversation)
    assert turn_state(gateway, "hello?") is TurnState.SILENCED


async def test_a_reply_that_comes_after_staff_took_over_is_not_said(gateway: Gateway, staff: StaffUser) -> None:
    customer = await gateway.begin()
    await gateway.until_quiet()
    gateway.rasa.open.clear()
    await customer.send("you are useless")
    await until(lambda: gateway.rasa.at_once == 1)

    async with customer.listening() as events:
        gateway.handoff.reply(customer.conversation, staff, "I am Ana. How can I help?", client_id="form-1")
        gateway.handoff.reply(customer.conversation, staff, "I am Ana. How can I help?", client_id="form-1")
        await until(lambda: customer.heard("staff"))
        gateway.rasa.open.set()
        await gateway.until_quiet()

    assert turn_state(gateway, "you are useless") is TurnState.SILENCED
    assert gateway.read_texts(customer.conversation)[-2:] == ["you are useless", "I am Ana. How can I help?"]
    told = next(data for kind, _, data in events if data.get("from") == "staff")
    assert told["staff_name"] == "ana"
    assert told["client_id"] is None


async def test_staff_hand_back_and_the_bot_goes_on(gateway: Gateway, staff: StaffUser) -> None:
    customer = await gateway.begin()
    gateway.handoff.reply(customer.conversation, staff, "Hello")
    await customer.send("thank you")
    await gateway.until_quiet()

    gateway.handoff.hand_back(customer.conversation, staff)
    gateway.handoff.hand_back(customer.conversation, staff)
    await gateway.until_quiet()
    await customer.send("go on")
    await gateway.until_quiet()

    assert gateway.rasa.said_in(customer.conversation)[-2:] == ["EXTERNAL_hand_back", "go on"]
    assert "thank you" not in gateway.rasa.said_in(customer.conversation)
    with gateway.database.read() as work:
        assert work.conversations.get(customer.conversation).handoff_requested_at is None


async def test_a_customer_opts_out_even_while_talking_to_staff(gateway: Gateway, staff: StaffUser) -> None:
    gateway.rasa.intents["never write to me again"] = "stop_contact"
    customer = await gateway.begin()
    await gateway.until_quiet()
    gateway.handoff.reply(customer.conversation, staff, "Hello")

    await customer.send("my order is late")
    await customer.send("never write to me again")
    await customer.send("STOOOP")  # The classifier does not know the word; the rule does.
    await gateway.until_quiet()

    assert gateway.rasa.said_in(customer.conversation)[1:] == ["never write to me again", "STOOOP"]
    assert gateway.read_texts(customer.conversation)[-1] == "re: STOOOP"
    with gateway.database.read() as work:
        assert work.conversations.get(customer.conversation).mode is Mode.STAFF


async def test_many_conversations_are_served_at_once_but_not_without_end(gateway: Gateway) -> None:
    gateway.rasa.open.clear()
    for _ in range(turns.PARALLEL + 4):
        await gateway.begin()
    await until(lambda: gateway.rasa.at_once == turns.PARALLEL)
    await asyncio.sleep(0.05)
    gateway.rasa.open.set()
    await gateway.until_quiet()

    assert gateway.rasa.most_at_once == turns.PARALLEL


async def test_a_broken_button_is_left_out_and_the_rest_is_said(gateway: Gateway) -> None:
    payloads = ["/affirm", "affirm", "/", '/inform{"a":', "/inform[1]", "", '/inform{"a":"b"}']
    buttons = [{"title": payload or "none", "payload": payload} for payload in payloads]
    gateway.rasa.reply = lambda said: [{"text": "Well?", "buttons": buttons}, {"text": " "}, {"text": "…"}]
    customer = await gateway.begin()
    await gateway.until_quiet()

    messages = [m for m in gateway.list_messages(customer.conversation) if m.author is Author.BOT]
    assert [message.text for message in messages] == ["Well?", "…"]
    assert [button.title for button in messages[0].buttons] == ["/affirm", '/inform{"a":"b"}']


async def test_a_token_lives_for_thirty_days_after_its_last_use(database: Database, rasa: FakeRasa) -> None:
    now = utc_now()
    moved = [now]
    gateway = Gateway(database, lambda: moved[0], rasa)
    async with gateway.running(worker=False) as running:
        customer = await running.begin()
        for days in (29, 58, 87):
            moved[0] = now + timedelta(days=days)
            assert (await customer.send("still here")).status_code == 202
        moved[0] = now + timedelta(days=118)
        assert (await customer.send("too late")).status_code == 401
