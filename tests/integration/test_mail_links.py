"""The links in an e-mail: opening one changes nothing, a press does, and neither shows more than the mail did."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import jwt
import pytest

from bot.channels.web.limits import RateLimits
from bot.channels.web.links import LinkPages
from bot.clock import utc_now
from bot.conversations.data_requests import DataRequests
from bot.conversations.identity import sign_token
from bot.retention.channels import Channel
from bot.storage.tables import Author, ContactPoint, ConversationToken
from bot.storage.unit_of_work import Database
from tests.gateway import TOKEN_SECRET, Customer, Gateway
from tests.mailed import ADDRESS, WORDS, Mailing

CUSTOMER = "C-1"


class MovingClock:
    """The real time, and some days."""

    def __init__(self) -> None:
        self.days = 0

    def __call__(self) -> datetime:
        return utc_now() + timedelta(days=self.days)


@pytest.fixture
def later() -> MovingClock:
    return MovingClock()


@pytest.fixture
def mailing(gateway: Gateway, later: MovingClock) -> Mailing:
    made = Mailing(gateway.database, later, gateway.settings, gateway.announcer)
    gateway.app.state.services = SimpleNamespace(settings=gateway.settings)
    gateway.app.include_router(LinkPages(made.correspondence, made.copy, RateLimits()).build())
    return made


async def open_talk(gateway: Gateway, path: str) -> Customer:
    """Press the button behind a link."""
    answer = await gateway.http.post(path)
    assert answer.status_code == 201, answer.text
    return Customer(gateway.http, answer.json()["conversation"], answer.json()["token"])


def count_tokens(database: Database) -> int:
    with database.read() as work:
        return work.session.query(ConversationToken).count()


def list_customer_words(gateway: Gateway, conversation: str) -> list[str]:
    return [message.text for message in gateway.list_messages(conversation) if message.author is Author.CUSTOMER]


async def test_a_program_that_opens_the_links_changes_nothing(gateway: Gateway, mailing: Mailing) -> None:
    touch = mailing.touch(mailing.add_customer())
    for path in mailing.find_links(touch):
        for method in ("GET", "HEAD", "GET"):
            answer = await gateway.http.request(method, path)
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert "Bramble &amp; Oak" in answer.text or method == "HEAD"
            assert "crashing" not in answer.text
            assert ADDRESS not in answer.text
    assert count_tokens(gateway.database) == 0
    assert not mailing.opt_outs.is_opted_out(mailing.find_conversation(touch))
    assert mailing.find_point().consent


async def test_a_press_shows_the_new_message_alone_and_lets_her_answer(gateway: Gateway, mailing: Mailing) -> None:
    customer = mailing.add_customer()
    mailing.touch(customer, "the words of the first mail")
    first = mailing.find_links(mailing.touch(customer, "the words of the second mail"))[0]
    ada = await open_talk(gateway, first)
    async with ada.listening():
        await ada.until(lambda: ada.heard("bot"))
        assert ada.heard() == ["the words of the second mail"]
        await ada.send("quite well, thank you")
        await ada.until(lambda: len(ada.heard("bot")) == 2)
    assert "the words of the first mail" in gateway.read_texts(ada.conversation)
    with gateway.database.read() as work:
        assert work.conversations.get(ada.conversation).channel is Channel.WEB


async def test_asking_for_what_was_said_before_shows_nothing_of_it(gateway: Gateway, mailing: Mailing) -> None:
    customer = mailing.add_customer()
    mailing.touch(customer, "the words of the first mail")
    ada = await open_talk(gateway, mailing.find_links(mailing.touch(customer, "the second"))[0])
    for after in (0, 1, 2):
        async with ada.listening(after=after):
            await ada.until(lambda: ada.heard("bot"))
            assert ada.heard() == ["the second"]


async def test_each_browser_gets_a_key_of_its_own_and_the_link_stays_good(gateway: Gateway, mailing: Mailing) -> None:
    talk, _ = mailing.find_links(mailing.touch(mailing.add_customer()))
    phone, laptop = await open_talk(gateway, talk), await open_talk(gateway, talk)
    assert phone.conversation == laptop.conversation
    assert phone.token != laptop.token


async def test_a_link_that_was_handed_on_opens_no_chat_on_telegram(gateway: Gateway, mailing: Mailing) -> None:
    gateway.chats.open_door(Channel.TELEGRAM, lambda token: f"https://t.me/bot?start={token}")
    ada = await open_talk(gateway, mailing.find_links(mailing.touch(mailing.add_customer()))[0])
    url = f"/api/conversations/{ada.conversation}/telegram"
    assert (await gateway.http.post(url, headers=ada.headers)).status_code == 404


async def test_who_came_by_a_link_is_told_no_address_until_the_site_vouches_for_them(
    gateway: Gateway, mailing: Mailing
) -> None:
    ada = await open_talk(gateway, mailing.find_links(mailing.touch(mailing.add_customer(CUSTOMER)))[0])
    await ada.send("what do you know about me?")
    requests = DataRequests(gateway.database, utc_now)
    assert requests.summarise(ada.conversation).may_write == ()
    vouched = await gateway.begin(customer_token=sign_token(TOKEN_SECRET, {"sub": CUSTOMER}, utc_now()))
    assert vouched.conversation == ada.conversation
    assert requests.summarise(ada.conversation).may_write == (ADDRESS,)


async def test_whom_the_site_vouches_for_goes_on_where_they_answered_and_sees_all_of_it(
    gateway: Gateway, mailing: Mailing
) -> None:
    customer = mailing.add_customer(CUSTOMER)
    mailing.touch(customer, "the words of the first mail")
    ada = await open_talk(gateway, mailing.find_links(mailing.touch(customer, "the second"))[0])
    await ada.send("well")
    vouched = await gateway.begin(customer_token=sign_token(TOKEN_SECRET, {"sub": CUSTOMER}, utc_now()))
    async with vouched.listening():
        await vouched.until(lambda: "well" in vouched.heard("customer"))
        assert vouched.heard()[:2] == ["the words of the first mail", "the second"]


async def test_who_is_a_customer_again_and_wants_to_leave_is_asked_why_anew(gateway: Gateway, mailing: Mailing) -> None:
    ada = await open_talk(gateway, mailing.find_links(mailing.touch(mailing.add_customer(CUSTOMER)))[0])
    await ada.send("well")
    with gateway.database.write() as work:
        customer = work.customers.find_by_external_id(CUSTOMER)
        assert customer is not None
        customer.last_purchase_at = utc_now()
        work.commit()
    vouched = await gateway.begin(customer_token=sign_token(TOKEN_SECRET, {"sub": CUSTOMER}, utc_now()))
    assert vouched.conversation != ada.conversation


async def test_who_was_written_to_and_never_answered_is_asked_why_they_leave(
    gateway: Gateway, mailing: Mailing
) -> None:
    touch = mailing.touch(mailing.add_customer(CUSTOMER))
    vouched = await gateway.begin(customer_token=sign_token(TOKEN_SECRET, {"sub": CUSTOMER}, utc_now()))
    assert vouched.conversation != mailing.find_conversation(touch)


def change(path: str) -> str:
    """Return a link in which one letter of the signature has got another."""
    return path[:-10] + ("A" if path[-10] != "A" else "B") + path[-9:]


async def test_a_damaged_link_leads_to_a_page_that_says_what_to_do(gateway: Gateway, mailing: Mailing) -> None:
    talk, unsubscribe = mailing.find_links(mailing.touch(mailing.add_customer()))
    foreign = jwt.encode({"aud": "talk", "sub": "x", "to": "y"}, "another-key-of-enough-characters", algorithm="HS256")
    unsigned = jwt.encode({"aud": "talk", "sub": "x", "to": "y"}, None, algorithm="none")
    damaged = [change(talk), change(unsubscribe), talk[:-5], "/talk/x", f"/talk/{foreign}", f"/talk/{unsigned}"]
    damaged += [
        talk.replace("/talk/", "/unsubscribe/"),
        unsubscribe.replace("/unsubscribe/", "/talk/"),
        "/talk/" + "x" * 5000,
    ]
    for path in damaged:
        for method in ("GET", "POST"):
            answer = await gateway.http.request(method, path)
            assert answer.status_code == 404, path[:40]
            assert "isn&#39;t whole" in answer.text or "isn't whole" in answer.text
    assert count_tokens(gateway.database) == 0


async def test_a_link_into_the_conversation_is_good_for_sixty_days(
    gateway: Gateway, mailing: Mailing, later: MovingClock
) -> None:
    talk, unsubscribe = mailing.find_links(mailing.touch(mailing.add_customer()))
    later.days = 59
    assert (await gateway.http.get(talk)).status_code == 200
    later.days = 61
    answer = await gateway.http.get(talk)
    assert (answer.status_code, "too old" in answer.text) == (410, True)
    assert "help@bramble-and-oak.example" in answer.text
    assert (await gateway.http.post(talk)).json()["error"] == "link_expired"
    later.days = 4000
    assert (await gateway.http.post(unsubscribe)).status_code == 200


async def test_a_conversation_that_was_deleted_is_not_opened_again(gateway: Gateway, mailing: Mailing) -> None:
    touch = mailing.touch(mailing.add_customer())
    talk, _ = mailing.find_links(touch)
    DataRequests(gateway.database, utc_now).erase(mailing.find_conversation(touch))
    answer = await gateway.http.get(talk)
    assert (answer.status_code, "has been deleted" in answer.text) == (410, True)
    assert (await gateway.http.post(talk)).json()["error"] == "talk_gone"


async def test_an_address_that_is_no_longer_theirs_opens_nothing(gateway: Gateway, mailing: Mailing) -> None:
    talk, _ = mailing.find_links(mailing.touch(mailing.add_customer()))
    with gateway.database.write() as work:
        [point] = work.chats.list_points(Channel.EMAIL, ADDRESS)
        point.consent, point.consent_source = False, "replaced"
        work.commit()
    assert (await gateway.http.post(talk)).status_code == 410


ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.mark.parametrize("body", [ONE_CLICK, None])
async def test_one_click_ends_all_messages_whoever_clicks(gateway: Gateway, mailing: Mailing, body: Any) -> None:
    customer = mailing.add_customer()
    with gateway.database.write() as work:
        found = work.customers.find(customer)
        assert found is not None
        phone = ContactPoint(channel=Channel.PHONE, address="+4420", reachable=True, created_at=utc_now(), consent=True)
        found.contact_points.append(phone)
        work.commit()
    touch = mailing.touch(customer)
    _, unsubscribe = mailing.find_links(touch)
    conversation = mailing.find_conversation(touch)
    async with httpx.AsyncClient(base_url=gateway.http.base_url) as program:
        for _ in range(2):
            answer = await program.post(unsubscribe, data=body)
            assert answer.status_code == 200
            assert "won&#39;t write to you any more" in answer.text
            assert "You can still write to us" in answer.text
            assert not answer.cookies
    assert mailing.opt_outs.is_opted_out(conversation)
    with gateway.database.read() as work:
        assert not any(point.consent for point in work.customers.find(customer).contact_points)  # type: ignore[union-attr]
        for channel, address in ((Channel.EMAIL, ADDRESS), (Channel.PHONE, "+4420")):
            assert work.suppressions.holds(mailing.opt_outs.hash_contact(channel, address))
    assert list_customer_words(gateway, conversation) == ["[Unsubscribed by the link in an e-mail]"]


async def test_who_unsubscribed_can_still_write_and_the_bot_answers(gateway: Gateway, mailing: Mailing) -> None:
    talk, unsubscribe = mailing.find_links(mailing.touch(mailing.add_customer()))
    await gateway.http.post(unsubscribe)
    ada = await open_talk(gateway, talk)
    async with ada.listening():
        await ada.send("one more thing")
        await ada.until(lambda: any("one more thing" in text for text in ada.heard("bot")))


@pytest.mark.parametrize("erase", ["conversation", "customer"])
async def test_unsubscribing_holds_even_after_everything_was_deleted(
    gateway: Gateway, mailing: Mailing, erase: str
) -> None:
    touch = mailing.touch(mailing.add_customer(CUSTOMER))
    _, unsubscribe = mailing.find_links(touch)
    requests = DataRequests(gateway.database, utc_now)
    if erase == "customer":
        requests.erase_customer(CUSTOMER)
    else:
        requests.erase(mailing.find_conversation(touch))
    assert (await gateway.http.post(unsubscribe)).status_code == 200
    with gateway.database.read() as work:
        assert work.suppressions.holds(mailing.opt_outs.hash_contact(Channel.EMAIL, ADDRESS.upper()))
    if erase == "conversation":
        assert not mailing.find_point().consent
        assert gateway.list_messages(mailing.find_conversation(touch)) == []


async def test_what_waits_for_somebody_who_unsubscribes_never_leaves(gateway: Gateway, mailing: Mailing) -> None:
    touch = mailing.touch(mailing.add_customer())
    await gateway.http.post(mailing.find_links(touch)[1])
    assert mailing.correspondence.find_occasion(touch, ADDRESS) is None


async def test_too_many_tries_are_turned_away_with_a_word(gateway: Gateway) -> None:
    made = Mailing(gateway.database, utc_now, gateway.settings, gateway.announcer)
    gateway.app.state.services = SimpleNamespace(settings=gateway.settings)
    pages = LinkPages(made.correspondence, made.copy, RateLimits(links_per_address="2/minute"))
    gateway.app.include_router(pages.build())
    answers = [await gateway.http.get("/talk/x") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0


async def test_no_token_is_ever_logged(gateway: Gateway, mailing: Mailing, capsys: pytest.CaptureFixture[str]) -> None:
    talk, unsubscribe = mailing.find_links(mailing.touch(mailing.add_customer()))
    ada = await open_talk(gateway, talk)
    await gateway.http.post(unsubscribe)
    logged = "".join(capsys.readouterr())
    assert "talk.opened" in logged
    for secret in (ada.token, talk, unsubscribe, ADDRESS, WORDS[:20]):
        assert secret not in logged
        assert secret.rpartition(".")[2] not in logged or "." not in secret
