"""An offer from its proposal to its end, on both databases."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversations.data_requests import DataRequests
from bot.conversations.offers import NothingToDecide
from bot.retention.interview import Question, next_question
from bot.retention.offers import GrantState, OfferKind
from bot.retention.policy import Place
from bot.retention.reasons import Reason
from bot.storage.tables import AuditEntry, EndedBy, ExitInterview, Mode, OfferGrant, Outcome
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.offers import Desk


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> Desk:
    return Desk(database, clock)


def read_interview(desk: Desk, conversation_id: str = "c1") -> ExitInterview:
    with desk.database.read() as work:
        found = work.interviews.find(conversation_id)
        assert found is not None
        work.session.expunge_all()
        return found


def test_an_offer_is_due_after_the_questions_and_is_the_same_however_often_it_is_proposed(desk: Desk) -> None:
    desk.begin(customer_id=desk.know())
    assert next_question(desk.leave_over(Reason.PRICE)) is Question.OFFER
    first = desk.propose()
    desk.clock.move(hours=3)
    assert desk.propose() == first == desk.offers.find("c1")
    assert (first.kind, first.percent, first.months, first.worth) == (OfferKind.DISCOUNT, 20, 4, 3120)
    assert (first.state, first.code) == (GrantState.PROPOSED, None)
    grant = desk.grant()
    assert (grant.rule, grant.offer, grant.policy_version) == ("save_offers.price.middle", "price.middle", 1)


def test_a_customer_we_know_who_takes_it_is_saved_and_has_a_code(desk: Desk) -> None:
    desk.begin(customer_id=desk.know())
    desk.leave_over(Reason.PRICE)
    desk.propose()
    desk.hear("20% off, until Monday", "utter_ask_exit_interview_offer_discount")
    standing = desk.answer(yes=True)
    assert next_question(standing) is None
    grant = desk.grant()
    assert (grant.state, grant.terms) == (GrantState.ACCEPTED, "20% off, until Monday")
    assert re.fullmatch(r"STAY-[2-9A-Z]{4}-[2-9A-Z]{4}", grant.code or "")
    interview = read_interview(desk)
    assert (interview.outcome, interview.ended_by) == (Outcome.SAVED, EndedBy.OFFER_ACCEPTED)
    assert desk.interviews.finish("c1").saved
    desk.answer(yes=False)  # The same turn made again, with another answer even: the first one stays.
    assert desk.grant().code == grant.code


def test_a_refusal_is_kept_and_only_consent_follows(desk: Desk) -> None:
    desk.begin(customer_id=desk.know())
    desk.leave_over(Reason.PRICE)
    desk.propose()
    assert next_question(desk.answer(yes=False)) is Question.CONSENT
    assert (desk.grant().state, desk.grant().code) == (GrantState.DECLINED, None)
    assert read_interview(desk).outcome is None


def test_a_visitor_who_takes_it_has_requested_it_and_gets_no_code(desk: Desk) -> None:
    desk.begin()
    desk.leave_over(Reason.PRICE)
    desk.propose()
    desk.answer(yes=True)
    assert (desk.grant().state, desk.grant().code) == (GrantState.REQUESTED, None)
    assert read_interview(desk).outcome is None


def test_staff_confirm_a_request_once_and_it_is_audited(desk: Desk) -> None:
    desk.begin()
    desk.leave_over(Reason.PRICE)
    desk.propose()
    desk.answer(yes=True)
    mara = desk.hire()
    desk.offers.confirm("c1", mara)
    code = desk.grant().code
    assert code
    assert (read_interview(desk).outcome, read_interview(desk).ended_by) == (Outcome.SAVED, EndedBy.OFFER_ACCEPTED)
    with pytest.raises(NothingToDecide):
        desk.offers.refuse("c1", mara)
    with desk.database.read() as work:
        assert work.turns.find_next("c1")[1].pressed["intent"] == "EXTERNAL_offer_confirmed"  # type: ignore[index]
        assert work.conversations.get("c1").mode is Mode.BOT
        (entry,) = work.session.query(AuditEntry).filter_by(action="offer.confirmed")
        assert (entry.actor, entry.subject, entry.details) == ("Mara", "c1", {"offer": "price.low", "kind": "discount"})


def test_staff_refuse_a_request_and_the_interview_goes_on(desk: Desk) -> None:
    desk.begin()
    desk.leave_over(Reason.PRICE)
    desk.propose()
    standing = desk.answer(yes=True)
    desk.offers.refuse("c1", desk.hire())
    assert (desk.grant().state, desk.grant().code) == (GrantState.REFUSED, None)
    assert next_question(standing) is Question.CONSENT


def test_nothing_is_confirmed_for_somebody_who_has_cancelled_since(desk: Desk) -> None:
    desk.begin()
    desk.leave_over(Reason.PRICE)
    desk.propose()
    desk.answer(yes=True)
    desk.interviews.skip("c1")
    with pytest.raises(NothingToDecide):
        desk.offers.confirm("c1", desk.hire())


def test_whoever_waits_for_staff_has_not_fallen_silent(desk: Desk) -> None:
    desk.begin()
    desk.leave_over(Reason.PRICE)
    desk.propose()
    desk.answer(yes=True)
    desk.clock.move(hours=30)
    assert desk.interviews.abandon_silent() == 0
    desk.clock.move(days=15)
    assert desk.interviews.abandon_silent() == 1
    desk.offers.confirm("c1", desk.hire())
    assert read_interview(desk).outcome is Outcome.SAVED


def test_a_customer_has_one_offer_ever_however_many_chats_they_open(desk: Desk) -> None:
    ada = desk.know()
    desk.begin("c1", ada)
    desk.leave_over(Reason.PRICE, "c1")
    desk.propose("c1")
    desk.begin("c2", ada)
    assert next_question(desk.leave_over(Reason.PRICE, "c2")) is Question.CONSENT
    assert desk.offers.propose("c2") is None


def test_a_visitor_who_turns_out_to_be_a_customer_with_an_offer_gets_no_second_code(desk: Desk) -> None:
    ada = desk.know()
    desk.begin("c1", ada)
    desk.leave_over(Reason.PRICE, "c1")
    desk.propose("c1")
    desk.answer(True, "c1")
    desk.begin("c2")
    desk.leave_over(Reason.PRICE, "c2")
    desk.propose("c2")
    desk.vouch("c2", ada)
    desk.answer(True, "c2")
    assert (desk.grant("c2").state, desk.grant("c2").code) == (GrantState.REQUESTED, None)


def test_a_customer_flagged_while_the_offer_was_open_needs_staff(desk: Desk) -> None:
    ada = desk.know()
    desk.begin(customer_id=ada)
    desk.leave_over(Reason.PRICE)
    desk.propose()
    with desk.database.write() as work:
        customer = work.customers.find(ada)
        assert customer is not None
        customer.flagged_at = desk.clock()
        work.commit()
    desk.answer(yes=True)
    assert desk.grant().state is GrantState.REQUESTED


def test_a_customer_who_is_flagged_is_offered_nothing(desk: Desk) -> None:
    desk.begin(customer_id=desk.know(flagged_at=desk.clock()))
    assert next_question(desk.leave_over(Reason.PRICE)) is Question.CONSENT
    assert desk.offers.propose("c1") is None


def test_a_trial_is_marked_and_counts_for_nobody(desk: Desk) -> None:
    ada = desk.know()
    desk.begin("c1", ada, trial=True)
    desk.leave_over(Reason.PRICE, "c1")
    desk.propose("c1")
    assert desk.grant("c1").trial
    desk.begin("c2", ada)
    assert next_question(desk.leave_over(Reason.PRICE, "c2")) is Question.OFFER


def test_an_offer_taken_too_late_has_ended(desk: Desk) -> None:
    desk.begin(customer_id=desk.know())
    desk.leave_over(Reason.PRICE)
    desk.propose()
    desk.clock.move(days=16)
    assert next_question(desk.answer(yes=True)) is Question.CONSENT
    assert (desk.grant().state, desk.grant().code) == (GrantState.EXPIRED, None)


def test_a_deadline_is_the_end_of_the_day_where_the_customer_lives(desk: Desk) -> None:
    desk.begin(customer_id=desk.know(timezone="Pacific/Auckland"))
    desk.leave_over(Reason.PRICE)
    offer = desk.propose()
    assert offer.deadline.astimezone(offer.zone).isoformat() == "2026-05-19T23:59:59+12:00"


def test_help_that_is_taken_saves_nobody_yet(desk: Desk) -> None:
    desk.begin(customer_id=desk.know())
    desk.leave_over(Reason.TECHNICAL_RELIABILITY)
    assert desk.propose().kind is OfferKind.FIX
    assert next_question(desk.answer(yes=True)) is Question.CONSENT
    assert (desk.grant().state, desk.grant().code) == (GrantState.ACCEPTED, None)
    assert read_interview(desk).outcome is None


def test_a_place_is_offered_where_the_words_of_the_move_lead_to_one(database: Database, clock: FixedClock) -> None:
    desk = Desk(database, clock)
    desk = Desk(database, clock, replace(desk.policy, places=(Place("Porto", ("Gaia",)),)))
    desk.begin(customer_id=desk.know())
    desk.leave_over(Reason.RELOCATION, probe="to Gaia, next month")
    assert desk.propose().place == "Porto"


def test_a_valuable_customer_who_leaves_over_our_failure_deserves_attention_unless_they_refused_it(desk: Desk) -> None:
    desk.begin("c1", desk.know("bo", monthly_value=9000))
    desk.leave_over(Reason.CUSTOMER_SERVICE, "c1")
    assert desk.offers.deserves_attention("c1")
    desk.propose("c1")
    desk.answer(False, "c1")
    assert not desk.offers.deserves_attention("c1")
    desk.begin("c2", desk.know("cy", monthly_value=900))
    desk.leave_over(Reason.CUSTOMER_SERVICE, "c2")
    assert not desk.offers.deserves_attention("c2")


def test_somebody_who_has_everything_deleted_leaves_an_offer_without_words_code_or_person(desk: Desk) -> None:
    desk.begin(customer_id=desk.know())
    desk.leave_over(Reason.PRICE)
    desk.propose()
    desk.hear("20% off", "utter_ask_exit_interview_offer_discount")
    desk.answer(yes=True)
    requests = DataRequests(desk.database, desk.clock)
    assert requests.erase("c1").removed["offers"] == 1
    with desk.database.read() as work:
        (grant,) = work.session.query(OfferGrant)
        assert (grant.interview_id, grant.customer_id, grant.terms, grant.code) == (None, None, None, None)
        assert (grant.details, grant.worth, grant.state) == ({}, 3120, GrantState.ACCEPTED)
    assert desk.offers.find("c1") is None


def test_somebody_who_asks_what_is_known_hears_of_the_offer_and_reads_all_of_it(desk: Desk) -> None:
    desk.begin(customer_id=desk.know())
    desk.leave_over(Reason.PRICE)
    requests = DataRequests(desk.database, desk.clock)
    assert not requests.summarise("c1").offered
    assert requests.export("c1")["offer"] is None
    desk.propose()
    desk.answer(yes=True)
    assert requests.summarise("c1").offered
    exported = requests.export("c1")["offer"]
    assert (exported["kind"], exported["worth"], exported["state"]) == ("discount", 3120, "accepted")
    assert exported["code"] == desk.grant().code


def test_nobody_can_take_an_offer_that_was_never_made(desk: Desk) -> None:
    desk.begin(customer_id=desk.know())
    desk.leave_over(Reason.PRICE)
    desk.answer(yes=True)
    assert desk.offers.find("c1") is None
    assert read_interview(desk).outcome is None


def test_the_deadline_of_days_is_what_the_policy_says(desk: Desk) -> None:
    desk.begin(customer_id=desk.know())
    desk.leave_over(Reason.PRICE)
    assert timedelta(days=14) < desk.propose().deadline - desk.clock() < timedelta(days=15)


def test_an_offer_that_nobody_answered_ends_after_its_day_and_not_before(desk: Desk) -> None:
    desk.begin(customer_id=desk.know())
    desk.leave_over(Reason.PRICE)
    desk.propose()
    desk.clock.now = desk.grant().deadline
    desk.offers.end_overdue()
    assert desk.grant().state is GrantState.PROPOSED
    desk.clock.move(seconds=1)
    desk.offers.end_overdue()
    assert desk.grant().state is GrantState.EXPIRED
