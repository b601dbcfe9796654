"""What staff see of offers, and what they decide about them."""

from __future__ import annotations

import pytest

from bot.retention.offers import GrantState
from bot.retention.reasons import Reason
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.console import NAME, Console, Record
from tests.integration.test_console_transcript import FACTS, read
from tests.offers import Desk


@pytest.fixture
def desk(sqlite_database: Database, clock: FixedClock) -> Desk:
    return Desk(sqlite_database, clock)


def request_discount(desk: Desk) -> None:
    desk.begin()
    desk.leave_over(Reason.PRICE)
    desk.propose()
    desk.answer(yes=True)


def test_staff_see_what_was_offered_and_why(console: Console, desk: Desk) -> None:
    desk.begin(customer_id=desk.know())
    desk.leave_over(Reason.PRICE)
    desk.propose()
    facts = read(console.get("conversations/c1"), FACTS)
    assert (
        "Offer No answer yet What Discount 20% off for 4 months Worth at least 31.20 EUR Until Monday 18 May "
        "Rule save_offers.price.middle , policy version 1" in facts
    )
    assert "Confirm" not in facts
    assert "Signed in at your site" in facts
    desk.answer(yes=True)
    facts = read(console.get("conversations/c1"), FACTS)
    assert "Offer Taken" in facts
    assert f"Code {desk.grant().code}" in facts


def test_a_request_is_on_top_of_the_list_until_it_is_decided(console: Console, desk: Desk) -> None:
    request_discount(desk)
    assert "Offer to confirm" in console.get().text
    assert "Offer to confirm" in console.get("", show="waiting").text
    console.press("c1", "offer", decision="refuse")
    assert "Offer to confirm" not in console.get().text


def test_staff_confirm_and_read_the_code(console: Console, record: Record, desk: Desk) -> None:
    request_discount(desk)
    facts = read(console.get("conversations/c1"), FACTS)
    assert "Taken, to be confirmed by you" in facts
    assert "nobody vouches for who they are" in facts
    answer = console.press("c1", "offer", decision="confirm")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/conversations/c1?done=confirmed")
    assert record.audited("offer.confirmed") == [(NAME, "c1")]
    assert "The offer is confirmed" in read(console.get("conversations/c1", done="confirmed"))
    assert str(desk.grant().code) in read(console.get("conversations/c1"), FACTS)
    again = console.press("c1", "offer", decision="confirm")
    assert again.status_code == 409
    assert "somebody has decided" in again.text


def test_staff_refuse(console: Console, record: Record, desk: Desk) -> None:
    request_discount(desk)
    assert console.press("c1", "offer", decision="refuse").status_code == 303
    assert desk.grant().state is GrantState.REFUSED
    assert record.audited("offer.refused") == [(NAME, "c1")]


def test_a_decision_that_is_none_changes_nothing(console: Console, desk: Desk) -> None:
    request_discount(desk)
    assert console.press("c1", "offer", decision="perhaps").status_code == 422
    assert desk.grant().state is GrantState.REQUESTED


def test_nobody_decides_without_the_form_of_the_page(console: Console, desk: Desk) -> None:
    request_discount(desk)
    assert console.browser.post("/console/conversations/c1/offer", data={"decision": "confirm"}).status_code == 403
    assert desk.grant().state is GrantState.REQUESTED


def test_a_visitor_who_cancels_has_nothing_to_be_confirmed(console: Console, desk: Desk) -> None:
    request_discount(desk)
    desk.interviews.skip("c1")
    facts = read(console.get("conversations/c1"), FACTS)
    assert "They have cancelled since" in facts
    assert "Offer to confirm" not in console.get().text


@pytest.mark.parametrize("known", [True, False])
def test_staff_flag_a_customer_and_take_it_back(console: Console, record: Record, desk: Desk, known: bool) -> None:
    desk.begin(customer_id=desk.know() if known else None)
    assert console.press("c1", "flag").status_code == 303
    console.press("c1", "flag")
    assert "flagged 4 May 2026" in read(console.get("conversations/c1"), FACTS)
    assert not desk.leave_over(Reason.PRICE).offer_due
    assert console.press("c1", "unflag").status_code == 303
    assert record.audited("customer.flagged") == [(NAME, "c1")]
    assert record.audited("customer.unflagged") == [(NAME, "c1")]
    assert desk.offers.propose("c1") is not None


def test_staff_note_that_somebody_complains_and_that_it_is_settled(
    console: Console, record: Record, desk: Desk
) -> None:
    desk.begin(customer_id=desk.know())
    assert console.press("c1", "dispute").status_code == 303
    facts = read(console.get("conversations/c1"), FACTS)
    assert "Complaint Open , since 4 May 2026" in facts
    assert "nobody writes to them" in facts
    assert "Nobody writes to them until it is settled" in console.get("conversations/c1", done="disputed").text
    assert console.press("c1", "settle").status_code == 303
    assert "Complaint Open" not in read(console.get("conversations/c1"), FACTS)
    assert record.audited("customer.disputed") == [(NAME, "c1")]
    assert record.audited("customer.dispute_settled") == [(NAME, "c1")]


def test_nobody_is_flagged_who_has_had_everything_erased(console: Console, desk: Desk) -> None:
    desk.begin()
    with desk.database.write() as work:
        work.conversations.get("c1", lock=True).erased_at = desk.clock()
        work.commit()
    assert "Flag this customer" not in console.get("conversations/c1").text
    assert console.press("c1", "flag").status_code == 404
