"""The company's no always counts; its yes never undoes the person's own word."""

from __future__ import annotations

import pytest

from bot.retention.channels import Channel
from bot.storage.tables import ContactPoint, Customer
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.intake import ADA, UNCHANGED, Office, day, is_taken


@pytest.fixture
def office(database: Database, clock: FixedClock) -> Office:
    return Office(database, clock)


def say_of_address(office: Office, consent: bool, source: str, at: str = "2026-04-01") -> None:
    """Have a person said themselves whether they may be written to by e-mail."""
    with office.database.write() as work:
        customer = work.customers.find_by_external_id("C-1")
        assert customer is not None
        for point in customer.contact_points:
            if point.channel is Channel.EMAIL:
                point.consent, point.consent_source, point.consent_at = consent, source, day(at)
        work.commit()


@pytest.mark.parametrize("source", ["exit interview", "opt-out", "conversation"])
def test_no_import_turns_a_refusal_given_to_us_into_a_yes(office: Office, source: str) -> None:
    office.tell(**ADA)
    say_of_address(office, False, source)
    outcome = office.tell(**ADA | {"consent_at": "2026-05-03", "consent_source": "newsletter"})
    assert outcome.said == "consent_email is not taken: they said no themselves."
    assert (office.point().consent, office.point().consent_source) == (False, source)


def test_a_refusal_given_to_us_holds_for_a_new_address_too(office: Office) -> None:
    office.tell(**ADA)
    say_of_address(office, False, "opt-out")
    office.tell(**ADA | {"email": "ada.new@example.org", "consent_at": "2026-05-03"})
    points = {point.address: point.consent for point in office.find().contact_points if point.channel is Channel.EMAIL}
    assert points == {"ada@example.org": False, "ada.new@example.org": None}


@pytest.mark.parametrize("address", ["ada@example.org", "Ada@example.org"])
def test_a_visitors_refusal_of_an_address_holds_for_the_customer_who_has_it(
    office: Office, clock: FixedClock, address: str
) -> None:
    with office.database.write() as work:
        visitor = Customer(external_id=None, created_at=clock())
        point = ContactPoint(channel=Channel.EMAIL, address=address, created_at=clock())
        point.consent, point.consent_source, point.consent_at = False, "opt-out", clock()
        visitor.contact_points.append(point)
        work.customers.add(visitor)
        work.commit()
    assert (
        office.tell(**ADA | {"email": "aDA@example.org"}).said == "consent_email is not taken: they said no themselves."
    )
    assert office.point().consent is None


def test_no_import_lifts_a_suppression(office: Office, clock: FixedClock) -> None:
    with office.database.write() as work:
        work.suppressions.add("hash", "conversation c1", clock())
        work.commit()
    office.tell(**ADA)
    with office.database.read() as work:
        assert work.suppressions.holds("hash")


def test_the_companys_no_always_counts(office: Office) -> None:
    office.tell(**ADA)
    say_of_address(office, True, "exit interview", "2026-05-02")
    office.tell(consent_email="false", consent_at="2026-01-01", consent_source="letter")
    assert (office.point().consent, office.point().consent_source) == (False, "letter")


def test_a_yes_given_to_us_is_not_written_over_by_the_companys(office: Office) -> None:
    office.tell(**ADA)
    say_of_address(office, True, "exit interview")
    assert office.tell(**ADA | {"consent_source": "newsletter"}).said is None
    assert office.point().consent_source == "exit interview"


@pytest.mark.parametrize(
    ("dated", "granted"), [({}, False), ({"consent_at": "2026-03-01"}, False), ({"consent_at": "2026-04-02"}, True)]
)
def test_a_no_of_the_companys_gives_way_to_a_yes_that_is_dated_later(
    office: Office, dated: dict[str, str], granted: bool
) -> None:
    office.tell(email="ada@example.org", consent_email="false", consent_at="2026-04-01")
    outcome = office.tell(email="ada@example.org", consent_email="true", **dated)
    assert office.point().consent is granted
    assert (outcome.said is None) is granted


def test_an_older_list_does_not_bring_an_old_yes_back(office: Office) -> None:
    office.tell(**ADA)
    office.tell(consent_email="false", consent_at="2026-04-01")
    office.tell(**ADA)
    assert office.point().consent is False


def test_a_yes_without_an_address_is_told(office: Office) -> None:
    assert office.tell(consent_email="true").said == "consent_email is kept for nothing: no address is known there."


def test_a_yes_reaches_the_address_that_is_known(office: Office) -> None:
    office.tell(email="ada@example.org")
    office.tell(consent_email="true", consent_source="till", consent_at="2026-05-02")
    assert (office.point().consent, office.point().consent_source) == (True, "till")


def test_an_address_that_the_company_replaced_is_not_written_to_any_more(office: Office) -> None:
    office.tell(**ADA)
    office.tell(**ADA | {"email": "ada.new@example.org"})
    assert agreed(office) == {"ada.new@example.org": True, "ada@example.org": False}
    office.tell(consent_email="true", consent_source="till", consent_at="2026-05-03")
    assert agreed(office) == {"ada.new@example.org": True, "ada@example.org": False}
    office.tell(consent_email="false")
    assert is_taken(office.tell(**ADA | {"email": "ada.new@example.org", "consent_at": "2026-05-05"}))
    assert agreed(office) == {"ada.new@example.org": True, "ada@example.org": False}


def test_an_address_to_which_the_company_goes_back_is_written_to_again(office: Office) -> None:
    office.tell(**ADA)
    office.tell(**ADA | {"email": "ada.new@example.org"})
    assert is_taken(office.tell(**ADA))
    assert agreed(office) == {"ada.new@example.org": False, "ada@example.org": True}


def agreed(office: Office) -> dict[str, bool | None]:
    return {point.address: point.consent for point in office.find().contact_points if point.channel is Channel.EMAIL}


def test_an_address_in_other_letters_is_the_same_one(office: Office) -> None:
    office.tell(**ADA)
    assert office.tell(**ADA | {"email": "ADA@example.org"}) == UNCHANGED
