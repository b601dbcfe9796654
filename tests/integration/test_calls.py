"""Those whom the bot cannot write to are phoned by staff, who say what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.conversations.calls import KEPT, NoCall
from bot.conversations.reports import write_report
from bot.retention.channels import Channel
from bot.retention.offers import GrantState
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchAnswer, TouchKind, TouchState
from bot.storage.tables import Conversation, Customer, Delivery, OfferGrant
from bot.storage.unit_of_work import Database
from bot.storage.views import CALLS_A_PAGE, list_calls
from tests.conftest import FixedClock
from tests.console import NAME, Console, Record, form_token
from tests.integration.conftest import sign_in
from tests.integration.test_console_transcript import read
from tests.outreach import NUMBER, Company

ZONE = ZoneInfo("Europe/Lisbon")


@pytest.fixture
def company(console: Console) -> Company:
    return Company(console)


def press(console: Console, touch_id: str, what: str, **fields: str) -> Any:
    data = {"form_token": form_token(console.get("outreach/calls"))} | fields
    return console.browser.post(f"/console/outreach/calls/{touch_id}/{what}", data=data)


def read_only(company: Company, table: Any) -> Any:
    with company.database.read() as work:
        return work.session.query(table).one()


def test_staff_see_whom_to_phone_over_what_with_their_words_number_and_time(
    console: Console, company: Company, record: Record
) -> None:
    company.lose(words="It got too dear for me", plan="Family")
    company.wait_for(TouchKind.CHECK_IN)
    page = console.get("outreach/calls")
    told = read(page)
    assert f"Ana Now Number {NUMBER}" in told
    assert 'href="tel:+351910000001"' in page.text
    assert "in Lisbon What for Check-in . Ask how they are getting on." in told
    assert "over price; was on Family Their words “It got too dear for me”" in told
    assert "Step 1 of the plan for people who left over price" in told
    assert record.audited("calls.viewed") == [(NAME, "calls")]
    assert "To phone 1" in read(console.get("outreach"))


def test_nobody_to_phone_is_said_so(console: Console) -> None:
    assert "Nobody is to be phoned." in console.get("outreach/calls").text
    assert "There is nothing on page 4." in console.get("outreach/calls", page="4").text


def test_who_was_reached_has_heard_from_us_and_what_they_said_is_kept(
    console: Console, company: Company, record: Record
) -> None:
    customer = company.lose()
    touch_id = company.wait_for(TouchKind.CHECK_IN)
    note = "Would think about it. Card 4111 1111 1111 1111"
    answer = press(console, touch_id, "reached", answer="open", note=note)
    assert answer.status_code == 303
    touch = company.read(touch_id)
    assert (touch.state, touch.answer) == (TouchState.SENT, TouchAnswer.OPEN)
    assert touch.words == "Would think about it. Card [card number removed]"
    assert record.audited("call.reached") == [(NAME, touch_id)]
    assert "It is noted what they said." in read(console.browser.get(answer.headers["location"]))
    assert NUMBER not in console.get("outreach/calls").text
    talk = console.get(f"conversations/{touch.conversation_id}")
    assert "Mara" in read(talk)
    assert "Would think about it." in read(talk)
    assert "A call by staff" in read(talk)
    assert "Nothing written here would reach them" in read(talk)
    with company.database.read() as work:
        found = work.customers.find(customer)
        assert found is not None
        assert found.look_at == company.clock()


def test_the_same_call_is_noted_once(console: Console, company: Company, record: Record) -> None:
    company.lose()
    touch_id = company.wait_for(TouchKind.CHECK_IN)
    assert press_twice(console, touch_id) == (303, 422)
    assert record.audited("call.reached") == [(NAME, touch_id)]
    assert company.read(touch_id).answer is TouchAnswer.FINE
    with pytest.raises(NoCall):
        company.console.app.state.services.calls.note_missed("no such call", object())


def press_twice(console: Console, touch_id: str) -> tuple[int, int]:
    token = form_token(console.get("outreach/calls"))
    path = f"/console/outreach/calls/{touch_id}/reached"
    first = console.browser.post(path, data={"form_token": token, "answer": "fine"})
    return first.status_code, console.browser.post(path, data={"form_token": token, "answer": "annoyed"}).status_code


def test_not_now_leaves_them_alone_for_as_long_as_they_said(console: Console, company: Company) -> None:
    customer = company.lose()
    touch_id = company.wait_for(TouchKind.CHECK_IN)
    press(console, touch_id, "reached", answer="not_now:quarter")
    assert company.read(touch_id).answer is TouchAnswer.NOT_NOW
    with company.database.read() as work:
        found = work.customers.find(customer)
        assert found is not None
        assert found.not_before == company.clock() + timedelta(days=91)


@pytest.mark.parametrize("answer", ["", "perhaps", "not_now", "not_now:ever"])
def test_an_answer_that_is_none_is_asked_for_again_and_the_note_is_kept(
    console: Console, company: Company, answer: str
) -> None:
    company.lose()
    touch_id = company.wait_for(TouchKind.CHECK_IN)
    page = press(console, touch_id, "reached", answer=answer, note="She was in a hurry")
    assert page.status_code == 422
    assert "Choose what they said. Nothing was noted." in page.text
    assert "She was in a hurry</textarea>" in page.text
    assert company.read(touch_id).state is TouchState.CLAIMED


def test_an_offer_taken_on_the_phone_has_its_code_at_once_and_the_companys_system_is_told(
    console: Console, company: Company
) -> None:
    company.lose()
    touch_id = company.wait_for(TouchKind.WELCOME_BACK)
    page = read(console.get("outreach/calls"))
    assert "Offer: Discount" in page
    assert "They take the offer" in page
    answer = press(console, touch_id, "reached", answer="accepted")
    grant = read_only(company, OfferGrant)
    assert grant.state is GrantState.ACCEPTED
    told = read(console.browser.get(answer.headers["location"]))
    assert f"Tell them their code: {grant.code}" in told
    assert read_only(company, Delivery).event == "offer.accepted"
    talk = company.read(touch_id).conversation_id
    with company.database.read() as work:
        report = write_report(work, work.session.query(Delivery).one())
    assert report is not None
    assert (report["data"]["conversation"], report["data"]["offer"]["code"]) == (talk, grant.code)


def test_an_offer_declined_on_the_phone_is_put_to_rest(console: Console, company: Company) -> None:
    company.lose()
    touch_id = company.wait_for(TouchKind.WELCOME_BACK)
    press(console, touch_id, "reached", answer="declined", note="Too late")
    assert read_only(company, OfferGrant).state is GrantState.DECLINED
    assert read_only(company, Delivery).event == "offer.declined"


def test_an_offer_that_has_ended_cannot_be_taken_and_nothing_is_noted(console: Console, company: Company) -> None:
    company.lose()
    touch_id = company.wait_for(TouchKind.WELCOME_BACK)
    with company.database.write() as work:
        work.session.query(OfferGrant).one().deadline = company.clock() - timedelta(days=1)
        work.commit()
    page = press(console, touch_id, "reached", answer="accepted", note="Yes please")
    assert page.status_code == 422
    assert "This offer has ended" in page.text
    assert "Yes please</textarea>" in page.text
    assert company.read(touch_id).state is TouchState.CLAIMED


@pytest.mark.parametrize("doubt", [{"external_id": None}, {"flagged_at": datetime.fromisoformat("2026-05-05T12:00Z")}])
def test_nothing_worth_money_is_granted_by_phone_to_whom_nobody_knows(
    console: Console, company: Company, doubt: dict[str, Any]
) -> None:
    customer = company.lose()
    touch_id = company.wait_for(TouchKind.WELCOME_BACK)
    company.change_customer(customer, **doubt)
    page = press(console, touch_id, "reached", answer="accepted")
    assert page.status_code == 422
    assert "nothing worth money is granted by phone" in page.text
    assert read_only(company, OfferGrant).state is GrantState.PROPOSED


def test_nobody_takes_an_offer_that_was_not_made(console: Console, company: Company) -> None:
    company.lose()
    touch_id = company.wait_for(TouchKind.CHECK_IN)
    page = press(console, touch_id, "reached", answer="accepted")
    assert page.status_code == 422
    assert "There is no offer in this call" in page.text


def test_who_did_not_answer_is_tried_on_three_days_and_then_no_more(
    console: Console, company: Company, record: Record
) -> None:
    company.lose()
    touch_id = company.wait_for(TouchKind.CHECK_IN)
    for tries in (1, 2):
        assert press(console, touch_id, "missed").headers["location"].startswith("/console/outreach/calls?done=missed")
        held = company.read(touch_id)
        assert (held.state, held.because) == (TouchState.HELD, "hold.not_reached")
        opening = held.due_at
        assert timedelta(0) < opening - company.clock() <= timedelta(days=2)
        assert (opening.astimezone(ZONE).hour, opening.astimezone(ZONE).minute) == (9, 0)
        assert NUMBER not in console.get("outreach/calls").text
        assert company.wait_for(TouchKind.CHECK_IN) == touch_id
        assert f"Tried {tries} of 3 times" in read(console.get("outreach/calls"))
    answer = press(console, touch_id, "missed")
    assert "done=given-up" in answer.headers["location"]
    assert (company.read(touch_id).state, company.read(touch_id).because) == (TouchState.FAILED, "failed.not_reached")
    assert record.audited("call.missed") == [(NAME, touch_id)] * 3


def test_an_offer_that_nobody_heard_of_is_made_anew_when_they_are_tried_again(
    console: Console, company: Company
) -> None:
    company.lose()
    touch_id = company.wait_for(TouchKind.WELCOME_BACK)
    press(console, touch_id, "missed")
    assert company.read(touch_id).offer is None
    assert company.wait_for(TouchKind.WELCOME_BACK) == touch_id
    offer = company.read(touch_id).offer
    assert offer is not None
    assert offer.deadline > company.clock()


def test_who_does_not_want_to_be_called_is_not_called_again(console: Console, company: Company, record: Record) -> None:
    customer = company.lose()
    touch_id = company.wait_for(TouchKind.CHECK_IN)
    assert press(console, touch_id, "stop").status_code == 303
    with company.database.read() as work:
        found = work.customers.find(customer)
        assert found is not None
        (point,) = found.contact_points
        assert (point.consent, point.consent_source, point.consent_at) == (False, "phone", company.clock())
    assert company.read(touch_id).state is TouchState.SENT
    assert record.audited("call.stopped") == [(NAME, touch_id)]
    for _ in range(60):
        company.clock.now += timedelta(days=1)
        assert company.tick() == []


def test_no_number_is_shown_of_whom_the_rules_say_no_to_since(console: Console, company: Company) -> None:
    customer = company.lose()
    touch_id = company.wait_for(TouchKind.CHECK_IN)
    company.change_customer(customer, disputed_at=company.clock())
    page = console.get("outreach/calls")
    assert "Do not phone" in page.text
    assert NUMBER not in page.text
    company.console.app.state.services.calls.drop_stale()
    assert (company.read(touch_id).state, company.read(touch_id).because) == (TouchState.SKIPPED, "barred.disputed")


def test_at_night_staff_read_from_when_on_to_phone(console: Console, company: Company) -> None:
    company.lose()
    company.wait_for(TouchKind.CHECK_IN)
    company.clock.now = company.clock.now.replace(hour=23)
    company.come_back()
    page = read(console.get("outreach/calls"))
    assert "Later" in page
    assert "09:00 in Lisbon : it is not daytime on a day we write, where they live" in page


def test_a_call_that_nobody_makes_for_two_weeks_is_given_up(console: Console, company: Company) -> None:
    company.lose()
    touch_id = company.wait_for(TouchKind.WELCOME_BACK)
    calls = company.console.app.state.services.calls
    company.clock.now += KEPT - timedelta(minutes=1)
    calls.drop_stale()
    assert company.read(touch_id).state is TouchState.CLAIMED
    company.clock.now += timedelta(minutes=1)
    calls.drop_stale()
    assert (company.read(touch_id).state, company.read(touch_id).because) == (TouchState.FAILED, "failed.not_called")
    company.come_back()
    assert "Nobody has phoned them for two weeks." in read(console.get("outreach", show="failed"))


def test_the_call_list_is_read_page_by_page_who_waits_longest_first(database: Database, clock: FixedClock) -> None:
    company = Company(sign_in(database, clock))
    customer = company.lose(reason=Reason.DELIVERY_FULFILMENT, words="Late every week")
    company.add_touches(customer, CALLS_A_PAGE + 2, TouchState.CLAIMED, Channel.PHONE)
    first, second = list_calls(company.database, 1), list_calls(company.database, 2)
    assert (len(first.calls), first.has_next, len(second.calls), second.has_next) == (CALLS_A_PAGE, True, 2, False)
    waiting = [call.touch.changed_at for call in (*first.calls, *second.calls)]
    assert waiting == sorted(waiting)
    assert {(call.numbers, call.reason, call.words) for call in first.calls} == {
        ((NUMBER,), Reason.DELIVERY_FULFILMENT, "Late every week")
    }


def test_a_call_is_noted_on_either_database(database: Database, clock: FixedClock) -> None:
    company = Company(sign_in(database, clock))
    company.lose()
    touch_id = company.wait_for(TouchKind.CHECK_IN)
    press(company.console, touch_id, "missed")
    assert company.wait_for(TouchKind.CHECK_IN) == touch_id
    (call,) = list_calls(database).calls
    assert call.missed == 1
    press(company.console, touch_id, "reached", answer="changed", note="A new job")
    with database.read() as work:
        talk = work.session.query(Conversation).filter_by(channel=Channel.PHONE).one()
        assert [message.text for message in work.conversations.list_messages(talk.id)][-1] == "A new job"
        assert work.session.query(Customer).count() == 1
