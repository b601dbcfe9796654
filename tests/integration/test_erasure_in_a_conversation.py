"""What becomes of a conversation that is erased while it goes on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.clock import utc_now
from bot.storage.tables import Erasure
from bot.storage.unit_of_work import Database
from tests.fake_rasa import FakeRasa, describe
from tests.gateway import Gateway, until

pytestmark = pytest.mark.usefixtures("impatience")


@pytest.fixture
def erase(gateway: Gateway) -> Any:
    """Erase a conversation as the data requests do: words go, the receipt stays."""

    def run(conversation_id: str) -> None:
        with gateway.database.write() as work:
            conversation = work.conversations.get(conversation_id, lock=True)
            for message in work.conversations.list_messages(conversation_id):
                work.session.delete(message)
            conversation.erased_at = utc_now()
            work.erasures.add(
                Erasure(receipt="R-1", conversation_id=conversation_id, removed={}, erased_at=conversation.erased_at)
            )
            work.commit()
        gateway.announcer.changed(conversation_id)

    return run


async def test_a_customer_who_has_everything_deleted_keeps_only_the_receipt(gateway: Gateway, erase: Any) -> None:
    def delete(said: dict[str, Any]) -> None:
        if describe(said) == "delete my data":
            erase(said["conversation"])

    gateway.rasa.during = delete
    customer = await gateway.begin()
    await gateway.until_quiet()
    gateway.rasa.reply = lambda said: [{"utter": "utter_erased", "text": "Done. Your receipt is R-1."}]
    async with customer.listening() as events:
        await customer.send("delete my data")
        await until(lambda: "Done. Your receipt is R-1." in customer.heard())
        await until(lambda: gateway.rasa.forgotten == [customer.conversation])
        cleared = next(at for at, (kind, _, data) in enumerate(events) if kind == "state" and data["erased"])
        receipt = next(at for at, (_, _, data) in enumerate(events) if "R-1" in data.get("text", "") and at > cleared)
        assert cleared < receipt

        await customer.send("and now?")
        await gateway.until_quiet()

    assert gateway.read_texts(customer.conversation)[:2] == ["Done. Your receipt is R-1.", "and now?"]
    ids = [int(said["message_id"]) for said in gateway.rasa.made]
    assert len(set(ids)) == len(ids)
    with gateway.database.read() as work:
        assert work.erasures.list_unforgotten() == []


async def test_what_an_operator_erases_during_a_turn_does_not_come_back_with_its_reply(
    gateway: Gateway, erase: Any
) -> None:
    customer = await gateway.begin()
    await gateway.until_quiet()
    gateway.rasa.open.clear()
    await customer.send("my secret")
    await until(lambda: gateway.rasa.at_once == 1)

    erase(customer.conversation)
    gateway.rasa.open.set()
    await until(lambda: gateway.rasa.forgotten == [customer.conversation])

    assert gateway.read_texts(customer.conversation) == []


async def test_rasa_forgets_an_erased_conversation_even_if_it_was_down_at_the_time(
    database: Database, rasa: FakeRasa
) -> None:
    with database.write() as work:
        work.erasures.add(Erasure(receipt="R-2", conversation_id="long-gone", removed={}, erased_at=utc_now()))
        work.commit()
    await rasa.stop()
    async with Gateway(database, utc_now, rasa).running():
        await asyncio.sleep(0.2)
        await rasa.start()
        await until(lambda: rasa.forgotten == ["long-gone"])
