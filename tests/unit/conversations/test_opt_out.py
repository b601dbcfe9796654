"""Never write to me again."""

from __future__ import annotations

import pytest

from bot.conversations.consents import REPLACED
from bot.conversations.interviews import InterviewService
from bot.conversations.opt_out import CONFIRMATION, LIFT_WORDING, OptOutService
from bot.retention.interview import Question
from bot.retention.reading import Reading
from bot.settings import Settings
from bot.storage.tables import Author, Channel, ContactPoint, EndedBy, Outcome
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.interviews import FakeClassifier, add_conversation, say

ADDRESS = "Anna@Example.org"


def make_settings(secret_key: str = "k" * 32) -> Settings:
    return Settings(
        _env_file=None,
        secret_key=secret_key,
        rasa_gateway_secret="g" * 32,
        staff_password="p" * 12,
        company_name="Bramble & Oak",
        support_contact="help@example.org",
    )


@pytest.fixture
def service(sqlite_database: Database, clock: FixedClock) -> OptOutService:
    return OptOutService(sqlite_database, make_settings(), clock)


@pytest.fixture
def interviews(sqlite_database: Database, clock: FixedClock) -> InterviewService:
    return InterviewService(sqlite_database, FakeClassifier(), clock)


def agree(interviews: InterviewService, database: Database, clock: FixedClock, conversation_id: str = "c1") -> None:
    """Let somebody be interviewed and agree to e-mail."""
    add_conversation(database, clock(), conversation_id)
    interviews.begin(conversation_id)
    interviews.record_answer(conversation_id, Question.CONSENT, Reading(value=1), "yes")
    interviews.record_answer(conversation_id, Question.EMAIL, Reading(address=ADDRESS), ADDRESS)


def holds(database: Database, contact_hash: str) -> bool:
    with database.read() as work:
        return work.suppressions.holds(contact_hash)


def read_contact(database: Database, conversation_id: str = "c1") -> ContactPoint:
    with database.read() as work:
        customer = work.customers.find(work.conversations.get(conversation_id).customer_id or 0)
        assert customer is not None
        (point,) = customer.contact_points
        work.session.expunge_all()
        return point


def test_every_address_of_the_person_is_suppressed_as_a_keyed_hash(
    service: OptOutService, interviews: InterviewService, sqlite_database: Database, clock: FixedClock
) -> None:
    agree(interviews, sqlite_database, clock)
    assert service.opt_out("c1")
    assert service.is_opted_out("c1")
    assert holds(sqlite_database, service.hash_contact(Channel.EMAIL, "anna@example.org "))
    assert holds(sqlite_database, service.hash_contact(Channel.WEB, "c1"))
    point = read_contact(sqlite_database)
    assert (point.consent, point.consent_source, point.consent_at) == (False, "opt-out", clock())


def test_the_hash_depends_on_the_key_and_shows_no_address(sqlite_database: Database, clock: FixedClock) -> None:
    hashes = {
        OptOutService(sqlite_database, make_settings(key * 32), clock).hash_contact(Channel.EMAIL, ADDRESS)
        for key in "ab"
    }
    assert len(hashes) == 2
    assert all(len(one) == 64 and "anna" not in one for one in hashes)


def test_an_opt_out_ends_the_interview(
    service: OptOutService, interviews: InterviewService, sqlite_database: Database, clock: FixedClock
) -> None:
    agree(interviews, sqlite_database, clock)
    service.opt_out("c1")
    with sqlite_database.read() as work:
        interview = work.interviews.find("c1")
        assert interview is not None
        assert (interview.outcome, interview.ended_by) == (Outcome.SKIPPED, EndedBy.OPT_OUT)


def test_an_opt_out_after_the_interview_leaves_its_outcome(
    service: OptOutService, interviews: InterviewService, sqlite_database: Database, clock: FixedClock
) -> None:
    agree(interviews, sqlite_database, clock)
    interviews.finish("c1")
    service.opt_out("c1")
    with sqlite_database.read() as work:
        interview = work.interviews.find("c1")
        assert interview is not None
        assert interview.outcome is Outcome.LEFT


def test_a_customer_who_says_stop_twice_is_told_once(
    service: OptOutService, sqlite_database: Database, clock: FixedClock
) -> None:
    add_conversation(sqlite_database, clock())
    assert service.opt_out("c1")
    say(sqlite_database, clock(), "Understood.", author=Author.BOT, response=CONFIRMATION)
    assert not service.opt_out("c1")


def test_a_confirmation_that_never_arrived_is_said_when_the_turn_is_made_again(
    service: OptOutService, sqlite_database: Database, clock: FixedClock
) -> None:
    add_conversation(sqlite_database, clock())
    assert service.opt_out("c1")
    assert service.opt_out("c1")


def test_a_customer_can_take_it_back_and_the_wording_is_kept(
    service: OptOutService, interviews: InterviewService, sqlite_database: Database, clock: FixedClock
) -> None:
    agree(interviews, sqlite_database, clock)
    service.opt_out("c1")
    say(sqlite_database, clock(), "Shall we write again?", author=Author.BOT, response=LIFT_WORDING)
    clock.move(days=1)
    service.lift("c1")
    assert not service.is_opted_out("c1")
    assert not holds(sqlite_database, service.hash_contact(Channel.EMAIL, ADDRESS))
    point = read_contact(sqlite_database)
    assert (point.consent, point.consent_wording, point.consent_at) == (True, "Shall we write again?", clock())


def test_an_address_that_the_company_has_replaced_is_not_agreed_to_with_the_others(
    service: OptOutService, interviews: InterviewService, sqlite_database: Database, clock: FixedClock
) -> None:
    agree(interviews, sqlite_database, clock)
    service.opt_out("c1")
    with sqlite_database.write() as work:
        [point] = work.session.query(ContactPoint)
        point.consent, point.consent_source = False, REPLACED
        work.commit()
    service.lift("c1")
    interviews.record_answer("c1", Question.CONSENT, Reading(value=1), "yes")
    assert read_contact(sqlite_database).consent is False


def test_a_stop_after_taking_it_back_is_confirmed_anew(
    service: OptOutService, sqlite_database: Database, clock: FixedClock
) -> None:
    add_conversation(sqlite_database, clock())
    service.opt_out("c1")
    say(sqlite_database, clock(), "Understood.", author=Author.BOT, response=CONFIRMATION)
    service.lift("c1")
    clock.move(days=1)
    assert service.opt_out("c1")


def test_whoever_types_somebody_elses_address_cannot_lift_what_that_person_asked_for(
    service: OptOutService, interviews: InterviewService, sqlite_database: Database, clock: FixedClock
) -> None:
    agree(interviews, sqlite_database, clock, "hers")
    service.opt_out("hers")
    agree(interviews, sqlite_database, clock, "his")
    service.opt_out("his")
    service.lift("his")
    assert holds(sqlite_database, service.hash_contact(Channel.EMAIL, ADDRESS))
    assert not holds(sqlite_database, service.hash_contact(Channel.WEB, "his"))


def test_lifting_nothing_grants_nothing(
    service: OptOutService, interviews: InterviewService, sqlite_database: Database, clock: FixedClock
) -> None:
    agree(interviews, sqlite_database, clock)
    before = read_contact(sqlite_database).consent_at
    clock.move(days=1)
    service.lift("c1")
    assert read_contact(sqlite_database).consent_at == before
