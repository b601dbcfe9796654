"""What is said about an offer: in writing, once, and never with a code before it is theirs."""

from __future__ import annotations

from typing import Any

import pytest

from actions.answers import ValidateExitInterview
from actions.endings import ActionFinishExitInterview, ActionStay
from actions.offers import ActionTellOfferConfirmed, AskConsent, AskOffer
from bot.bootstrap import Services
from bot.retention.interview import Question
from bot.retention.offers import GrantState
from bot.retention.reading import Reading
from bot.retention.reasons import Reason
from bot.storage.tables import Customer, Mode, StaffUser
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.trackers import Done, make_tracker, run
from tests.unit.actions.conftest import InterviewReader

UP_TO_OFFER = {"reason": "answered", "probe": "skipped", "kept": "skipped", "likelihood": "answered", "offer_due": True}
SHORT = "STAY-"


@pytest.fixture
def known(services: Services, sqlite_database: Database, clock: FixedClock) -> Customer:
    """The customer in the conversation, for whom the company's site vouches."""
    with sqlite_database.write() as work:
        customer = Customer(external_id="ada", monthly_value=3900, currency="EUR", created_at=clock())
        work.customers.add(customer)
        conversation = work.conversations.get("c1", lock=True)
        conversation.customer_id, conversation.vouched_at = customer.id, clock()
        work.commit()
        work.session.expunge(customer)
        return customer


def leave_over(services: Services, reason: Reason) -> None:
    for question, reading in (
        (Question.REASON, Reading(tapped=reason)),
        (Question.PROBE, Reading(skipped=True)),
        (Question.KEPT, Reading(skipped=True)),
        (Question.LIKELIHOOD, Reading(value=5)),
    ):
        services.interviews.record_answer("c1", question, reading, "words")


async def say(services: Services, text: str, **slots: Any) -> Done:
    tracker = make_tracker(text, requested_slot="offer", **UP_TO_OFFER, **slots)
    return await run(ValidateExitInterview(services), tracker)


async def test_an_offer_is_put_in_writing_with_worth_and_day(services: Services, known: Customer) -> None:
    leave_over(services, Reason.PRICE)
    done = await run(AskOffer(services), make_tracker("5", leading_reason="price"))
    assert done.responses == ["utter_ask_exit_interview_offer_discount"]
    said = done.values["utter_ask_exit_interview_offer_discount"]
    assert (said["percent"], said["months"], said["worth"]) == ("20", "4 months", "31.20 EUR")
    assert (said["deadline"], said["code"]) == ("Monday 18 May", "")


async def test_an_apology_comes_once_and_before_the_offer(services: Services) -> None:
    leave_over(services, Reason.CUSTOMER_SERVICE)
    slots = {"leading_reason": "customer_service", "owes_apology": True}
    done = await run(AskOffer(services), make_tracker("5", **slots))
    assert done.responses == ["utter_exit_interview_apology_customer_service", "utter_ask_exit_interview_offer_call"]
    services.interviews.record_answer("c1", Question.OFFER, Reading(value=0), "no")
    tracker = make_tracker("no", offer_news="declined", asked=done.slots["asked"], **slots)
    after = await run(AskConsent(services), tracker)
    assert after.responses == ["utter_offer_declined", "utter_ask_exit_interview_consent"]
    assert after.slots["offer_news"] is None


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("what is it worth?", "utter_offer_worth_money"),
        ("until when?", "utter_offer_deadline"),
        ("how does it work?", "utter_offer_how_discount"),
        ("make it 50% or I'll leave a bad review", "utter_offer_haggle"),
    ],
)
async def test_what_is_asked_about_the_offer_is_answered_and_asked_again(
    services: Services, known: Customer, text: str, response: str
) -> None:
    leave_over(services, Reason.PRICE)
    heard = await say(services, text)
    assert heard.slots["requested_slot"] == "offer"
    topic = heard.slots["offer_topic"]
    done = await run(AskOffer(services), make_tracker(text, offer_topic=topic, asked={"offer": 1}))
    assert done.responses == [response]
    assert done.slots == {"offer_topic": None, "asked": {"offer": 1, topic: 1}}
    if topic == "haggle":
        again = await say(services, text, asked=done.slots["asked"])
        assert (again.slots["offer"], again.slots["offer_news"]) == ("answered", "declined")


async def test_a_customer_we_know_who_takes_it_reads_the_code_at_the_end(services: Services, known: Customer) -> None:
    leave_over(services, Reason.PRICE)
    await run(AskOffer(services), make_tracker("5"))
    done = await say(services, "I'll take it")
    assert (done.slots["offer_news"], done.slots["requested_slot"]) == ("accepted", None)
    ended = await run(ActionFinishExitInterview(services), make_tracker("I'll take it"))
    assert ended.responses == ["utter_offer_accepted_discount"]
    assert ended.values["utter_offer_accepted_discount"]["code"].startswith(SHORT)


async def test_a_visitor_who_takes_it_waits_for_staff_and_is_asked_nothing(
    services: Services, sqlite_database: Database, clock: FixedClock
) -> None:
    leave_over(services, Reason.PRICE)
    await run(AskOffer(services), make_tracker("5"))
    done = await say(services, "yes")
    assert (done.slots["offer_news"], done.slots["requested_slot"]) == ("requested", "consent")
    waiting = await run(AskConsent(services), make_tracker("yes", offer_news="requested"))
    assert waiting.responses == ["utter_offer_requested", "utter_handoff_requested_here"]
    assert waiting.values["utter_offer_requested"]["code"] == ""
    with sqlite_database.read() as work:
        conversation = work.conversations.get("c1")
        assert (conversation.mode, conversation.handoff_requested_at) == (Mode.STAFF, clock())
    services.offers.confirm("c1", StaffUser(name="Mara", password_hash="-", created_at=clock()))
    told = await run(ActionTellOfferConfirmed(services), make_tracker(None, "EXTERNAL_offer_confirmed"))
    assert told.responses == ["utter_offer_confirmed", "utter_offer_accepted_discount"]
    assert told.values["utter_offer_accepted_discount"]["code"].startswith(SHORT)
    assert told.slots["interview"] == "over"


async def test_help_that_is_taken_brings_a_person(services: Services, sqlite_database: Database) -> None:
    leave_over(services, Reason.TECHNICAL_RELIABILITY)
    await run(AskOffer(services), make_tracker("5"))
    done = await say(services, "yes please")
    coming = await run(AskConsent(services), make_tracker("yes please", offer_news=done.slots["offer_news"]))
    assert coming.responses == ["utter_offer_accepted_fix", "utter_handoff_requested_here"]
    assert (await run(AskConsent(services), make_tracker(None))).responses == ["utter_ask_exit_interview_consent"]


async def test_an_offer_that_is_gone_by_then_is_passed_over(services: Services) -> None:
    leave_over(services, Reason.COMPETITOR)
    done = await run(AskOffer(services), make_tracker("5", offer_due=True))
    assert done.responses == ["utter_ask_exit_interview_consent"]
    assert (done.slots["offer_due"], done.slots["requested_slot"]) == (False, "consent")


async def test_somebody_who_stays_while_the_offer_is_open_has_taken_nothing(
    services: Services, known: Customer, interview: InterviewReader
) -> None:
    leave_over(services, Reason.PRICE)
    await run(AskOffer(services), make_tracker("5"))
    await run(ActionStay(services), make_tracker("actually I'll stay", "want_to_return"))
    offer = services.offers.find("c1")
    assert offer is not None
    assert (offer.state, offer.code) == (GrantState.PROPOSED, None)


async def test_an_angry_customer_is_offered_a_person_where_the_failure_is_ours(services: Services) -> None:
    services.interviews.record_answer("c1", Question.REASON, Reading(tapped=Reason.BILLING_ACCOUNT), "Billing")
    services.interviews.record_answer("c1", Question.PROBE, Reading(), "you charged me twice, you crooks")
    done = await run(ActionFinishExitInterview(services), make_tracker("no"))
    assert done.responses[0] == "utter_exit_interview_ending_angry"


async def test_staff_turn_to_a_valuable_customer_unasked(
    services: Services, known: Customer, sqlite_database: Database
) -> None:
    with sqlite_database.write() as work:
        customer = work.customers.find(known.id)
        assert customer is not None
        customer.monthly_value = 9000
        work.commit()
    leave_over(services, Reason.CUSTOMER_SERVICE)
    done = await run(ActionFinishExitInterview(services), make_tracker("no"))
    assert done.responses == [
        "utter_exit_interview_ending_personal",
        "utter_handoff_requested_here",
        "utter_exit_interview_finish_by_link",
    ]
    with sqlite_database.read() as work:
        assert work.conversations.get("c1").mode is Mode.STAFF
