"""Who came back is kept as having left, and the offer they came back with is redeemed once."""

from __future__ import annotations

import pytest

from bot.intake.outcomes import Result
from bot.retention.offers import GrantState
from bot.storage.tables import OfferGrant
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.intake import ADA, UNCHANGED, Office, day, end, is_taken, offer


@pytest.fixture
def office(database: Database, clock: FixedClock) -> Office:
    return Office(database, clock)


def grant_state(office: Office) -> GrantState:
    with office.database.read() as work:
        [grant] = work.session.query(OfferGrant)
        return grant.state


def test_who_came_back_is_kept_as_having_left_and_is_looked_at(office: Office, clock: FixedClock) -> None:
    office.tell(**ADA)
    clock.move(days=1)
    assert is_taken(office.greet("2026-05-03", amount="39.00"))
    ada = office.find()
    assert (ada.cancelled_at, ada.look_at) == (day("2026-05-01"), clock())
    with office.database.read() as work:
        [back] = work.returns.list_of(ada.id)
        assert (back.at, back.amount, back.currency) == (end("2026-05-03"), 3900, "EUR")


def test_the_offer_somebody_came_back_with_is_redeemed_once(office: Office, clock: FixedClock) -> None:
    office.tell(**ADA)
    offer(office)
    assert is_taken(office.greet("2026-05-02", offer_code="back-2345"))
    assert grant_state(office) is GrantState.REDEEMED
    clock.move(days=1)
    looked_at = office.find().look_at
    assert office.greet("2026-05-02", offer_code="back-2345") == UNCHANGED
    assert office.find().look_at == looked_at
    outcome = office.greet("2026-05-03", offer_code="BACK-2345")
    assert (outcome.result, outcome.said) == (
        Result.TAKEN,
        "The return is kept, and its offer code redeems nothing: it was redeemed before.",
    )


@pytest.mark.parametrize(
    ("at", "state", "why"),
    [
        ("2026-05-04T10:00", GrantState.REFUSED, "the offer was not granted"),
        ("2026-04-01", GrantState.ACCEPTED, "the offer was made later"),
    ],
)
def test_a_code_that_does_not_stand_redeems_nothing_and_is_told(
    office: Office, at: str, state: GrantState, why: str
) -> None:
    office.tell(**ADA)
    offer(office, state=state)
    outcome = office.greet(at, offer_code="BACK-2345")
    assert outcome.result is Result.TAKEN
    assert outcome.said == f"The return is kept, and its offer code redeems nothing: {why}."
    assert grant_state(office) is state


def test_an_offer_that_had_ended_redeems_nothing(office: Office, clock: FixedClock) -> None:
    office.tell(**ADA)
    offer(office)
    clock.move(days=30)
    outcome = office.greet("2026-05-10T00:00:01Z", offer_code="BACK-2345")
    assert outcome.said is not None
    assert "had ended by then" in outcome.said
    assert grant_state(office) is GrantState.ACCEPTED


@pytest.mark.parametrize(
    ("offered", "deadline"),
    [("2026-05-03T09:00", "2026-05-10"), ("2026-04-20", "2026-05-03T15:00")],
    ids=["offered on that day", "ends on that day"],
)
def test_who_came_back_on_a_day_is_given_the_benefit_of_it(office: Office, offered: str, deadline: str) -> None:
    office.tell(**ADA | {"cancelled_at": "2026-05-03T08:00"})
    offer(office, offered_at=day(offered), deadline=day(deadline))
    assert is_taken(office.greet("2026-05-03", offer_code="BACK-2345"))
    assert grant_state(office) is GrantState.REDEEMED
    with office.database.read() as work:
        [back] = work.returns.list_of(office.find().id)
        assert back.at == end("2026-05-03")


def test_an_offer_taken_in_time_is_redeemed_even_if_it_is_told_late(office: Office, clock: FixedClock) -> None:
    office.tell(**ADA)
    offer(office, state=GrantState.EXPIRED)
    clock.move(days=30)
    assert is_taken(office.greet("2026-05-09", offer_code="BACK-2345"))
    assert grant_state(office) is GrantState.REDEEMED


def test_somebody_elses_code_redeems_nothing_and_a_code_of_the_companys_own_is_kept(office: Office) -> None:
    office.tell("C-1", **ADA)
    office.tell("C-2", cancelled_at="2026-05-01")
    offer(office, "C-1")
    outcome = office.greet("2026-05-03", external_id="C-2", offer_code="BACK-2345")
    assert outcome.said == "The return is kept, and its offer code redeems nothing: it is somebody else's."
    assert grant_state(office) is GrantState.ACCEPTED
    assert is_taken(office.greet("2026-05-03", offer_code="SPRING SALE"))
    with office.database.read() as work:
        assert [one.offer_code for one in work.returns.list_of(office.find("C-1").id)] == ["SPRING SALE"]


def test_a_return_told_later_in_more_detail_is_brought_up_to_date(office: Office) -> None:
    office.tell(**ADA)
    office.greet("2026-05-03")
    assert is_taken(office.greet("2026-05-03", amount="39"))
    with office.database.read() as work:
        [back] = work.returns.list_of(office.find().id)
        assert back.amount == 3900
