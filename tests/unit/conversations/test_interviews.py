"""What is kept of an exit interview, and how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.conversations.interviews import DISCLOSURE, Closing, InterviewService, Stage
from bot.retention.interview import Question, next_question
from bot.retention.leading import ReasonSource
from bot.retention.reading import Reading
from bot.retention.reasons import Reason
from bot.storage.tables import AnswerState, Author, Channel, EndedBy, ExitInterview, Outcome
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.interviews import FakeClassifier, add_conversation, say

DEAR_AND_RUDE = "It got too dear and the staff were rude."


@pytest.fixture
def classifier() -> FakeClassifier:
    return FakeClassifier(
        {
            DEAR_AND_RUDE: {Reason.PRICE: 0.8, Reason.CUSTOMER_SERVICE: 0.7},
            "a parcel got lost": {Reason.DELIVERY_FULFILMENT: 0.9},
        }
    )


@pytest.fixture
def service(sqlite_database: Database, classifier: FakeClassifier, clock: FixedClock) -> InterviewService:
    return InterviewService(sqlite_database, classifier, clock)


@pytest.fixture
def interviewed(service: InterviewService, sqlite_database: Database, clock: FixedClock) -> str:
    conversation_id = add_conversation(sqlite_database, clock())
    assert service.begin(conversation_id).stage is Stage.OPEN
    return conversation_id


def look(database: Database, conversation_id: str = "c1") -> ExitInterview:
    with database.read() as work:
        interview = work.interviews.find(conversation_id)
        assert interview is not None
        # Read what the tests look at while the transaction is open.
        _ = list(interview.answers), list(interview.reasons)
        work.session.expunge_all()
        return interview


def test_an_interview_is_opened_once(
    service: InterviewService, interviewed: str, sqlite_database: Database, clock: FixedClock
) -> None:
    clock.move(hours=1)
    assert not service.begin(interviewed).introduced
    assert look(sqlite_database).started_at == clock() - timedelta(hours=1)


def test_a_conversation_in_a_terminal_counts_as_a_trial(service: InterviewService, sqlite_database: Database) -> None:
    service.begin("some-shell")
    assert look(sqlite_database, "some-shell").trial
    with sqlite_database.read() as work:
        assert work.interviews.count_by_outcome() == {}


def test_all_of_several_reasons_are_kept_and_the_strongest_leads(
    service: InterviewService, interviewed: str, sqlite_database: Database, clock: FixedClock
) -> None:
    message = say(sqlite_database, clock(), DEAR_AND_RUDE)
    standing = service.record_answer(interviewed, Question.REASON, Reading(), DEAR_AND_RUDE, message)
    interview = look(sqlite_database)
    assert standing.leading is interview.leading_reason is Reason.PRICE
    assert [(r.label, r.source, r.score, r.words, r.classifier_version) for r in interview.reasons] == [
        (Reason.PRICE, ReasonSource.INFERRED, 0.8, DEAR_AND_RUDE, "fake-1"),
        (Reason.CUSTOMER_SERVICE, ReasonSource.INFERRED, 0.7, DEAR_AND_RUDE, "fake-1"),
    ]
    assert [(a.question, a.state, a.text, a.message_id) for a in interview.answers] == [
        ("reason", AnswerState.ANSWERED, DEAR_AND_RUDE, message)
    ]


def test_a_tapped_reason_is_kept_as_tapped_and_not_classified(
    service: InterviewService, interviewed: str, classifier: FakeClassifier, sqlite_database: Database
) -> None:
    service.record_answer(interviewed, Question.REASON, Reading(tapped=Reason.RELOCATION), "I'm moving")
    (reason,) = look(sqlite_database).reasons
    assert (reason.label, reason.source, reason.score) == (Reason.RELOCATION, ReasonSource.TAPPED, 1.0)
    assert classifier.asked == []


def test_words_after_something_else_give_the_reason(
    service: InterviewService, interviewed: str, sqlite_database: Database
) -> None:
    service.record_answer(interviewed, Question.REASON, Reading(tapped=Reason.OTHER_UNCLEAR), "Something else")
    standing = service.record_answer(interviewed, Question.PROBE, Reading(), "a parcel got lost")
    assert standing.leading is Reason.DELIVERY_FULFILMENT
    assert {(r.label, r.source) for r in look(sqlite_database).reasons} == {
        (Reason.OTHER_UNCLEAR, ReasonSource.TAPPED),
        (Reason.DELIVERY_FULFILMENT, ReasonSource.INFERRED),
    }


def test_words_after_a_clear_reason_add_none(
    service: InterviewService, interviewed: str, classifier: FakeClassifier
) -> None:
    service.record_answer(interviewed, Question.REASON, Reading(tapped=Reason.PRICE), "It's too expensive")
    standing = service.record_answer(interviewed, Question.PROBE, Reading(), "a parcel got lost")
    assert standing.leading is Reason.PRICE
    assert classifier.asked == []


def test_the_same_message_twice_is_one_answer(
    service: InterviewService, interviewed: str, sqlite_database: Database, clock: FixedClock
) -> None:
    message = say(sqlite_database, clock(), DEAR_AND_RUDE)
    once = service.record_answer(interviewed, Question.REASON, Reading(), DEAR_AND_RUDE, message)
    twice = service.record_answer(interviewed, Question.REASON, Reading(), DEAR_AND_RUDE, message)
    assert once == twice
    assert len(look(sqlite_database).reasons) == 2


def test_an_answer_that_is_there_is_not_overwritten(
    service: InterviewService, interviewed: str, sqlite_database: Database
) -> None:
    service.record_answer(interviewed, Question.KEPT, Reading(), "a pause")
    service.record_answer(interviewed, Question.KEPT, Reading(), "something later")
    assert [a.text for a in look(sqlite_database).answers] == ["a pause"]


def test_a_skipped_question_is_kept_as_skipped_with_the_words_that_said_so(
    service: InterviewService, interviewed: str, sqlite_database: Database
) -> None:
    standing = service.record_answer(interviewed, Question.REASON, Reading(skipped=True), "rather not say")
    (answer,) = look(sqlite_database).answers
    assert (answer.state, answer.text) == (AnswerState.SKIPPED, "rather not say")
    assert standing.leading is None
    assert next_question(standing) is Question.KEPT


def test_the_whole_message_is_kept_where_the_dialogue_heard_only_its_beginning(
    service: InterviewService, interviewed: str, sqlite_database: Database, clock: FixedClock
) -> None:
    whole = "word " * 1000
    message = say(sqlite_database, clock(), whole)
    service.record_answer(interviewed, Question.KEPT, Reading(), whole[:100], message)
    assert look(sqlite_database).answers[0].text == whole


def test_another_conversations_message_is_never_an_answer_here(
    service: InterviewService, interviewed: str, sqlite_database: Database, clock: FixedClock
) -> None:
    add_conversation(sqlite_database, clock(), "other")
    message = say(sqlite_database, clock(), "a secret", conversation_id="other")
    service.record_answer(interviewed, Question.KEPT, Reading(), "mine", message)
    (answer,) = look(sqlite_database).answers
    assert (answer.text, answer.message_id) == ("mine", None)


def test_a_likelihood_is_kept_as_number_and_words(
    service: InterviewService, interviewed: str, sqlite_database: Database
) -> None:
    service.record_answer(interviewed, Question.LIKELIHOOD, Reading(value=3), "maybe a three")
    (answer,) = look(sqlite_database).answers
    assert (answer.value, answer.text) == (3, "maybe a three")


def test_a_yes_and_an_address_become_consent_with_its_wording_and_time(
    service: InterviewService, interviewed: str, sqlite_database: Database, clock: FixedClock
) -> None:
    say(sqlite_database, clock(), "May we write?", author=Author.BOT, response="utter_ask_exit_interview_consent")
    standing = service.record_answer(interviewed, Question.CONSENT, Reading(value=1), "Yes, you may")
    assert standing.may_write
    assert not standing.address_known
    agreed_at = clock()
    clock.move(minutes=1)
    standing = service.record_answer(
        interviewed, Question.EMAIL, Reading(address="anna@example.org"), "anna@example.org"
    )
    assert standing.address_known
    with sqlite_database.read() as work:
        conversation = work.conversations.get(interviewed)
        assert conversation.customer_id is not None
        customer = work.customers.find(conversation.customer_id)
        assert customer is not None
        assert customer.external_id is None
        (point,) = customer.contact_points
        assert (point.channel, point.address, point.consent) == (Channel.EMAIL, "anna@example.org", True)
        assert (point.consent_source, point.consent_wording) == ("exit interview", "May we write?")
        assert point.consent_at == agreed_at
    assert all(answer.text != "anna@example.org" for answer in look(sqlite_database).answers)


def test_an_address_instead_of_a_yes_is_both(
    service: InterviewService, interviewed: str, sqlite_database: Database
) -> None:
    standing = service.record_answer(
        interviewed, Question.CONSENT, Reading(value=1, address="anna@example.org"), "anna@example.org"
    )
    assert (standing.may_write, standing.address_known) == (True, True)


def test_a_no_makes_nobody_a_customer(service: InterviewService, interviewed: str, sqlite_database: Database) -> None:
    standing = service.record_answer(interviewed, Question.CONSENT, Reading(value=0), "No")
    assert not standing.may_write
    with sqlite_database.read() as work:
        assert work.conversations.get(interviewed).customer_id is None


def test_an_unclear_word_is_no_consent(service: InterviewService, interviewed: str) -> None:
    assert not service.record_answer(interviewed, Question.CONSENT, Reading(value=None), "we'll see").may_write


def test_a_finished_interview_has_left_and_its_end_stays(
    service: InterviewService, interviewed: str, sqlite_database: Database, clock: FixedClock
) -> None:
    service.record_answer(interviewed, Question.REASON, Reading(tapped=Reason.PRICE), "price")
    assert service.finish(interviewed) == Closing(Reason.PRICE, certain=True, address=None, answered=True)
    ended = clock()
    clock.move(hours=1)
    service.skip(interviewed)
    service.finish(interviewed)
    interview = look(sqlite_database)
    assert (interview.outcome, interview.ended_by, interview.finished_at) == (Outcome.LEFT, EndedBy.FINISHED, ended)


def test_skip_and_cancel_counts_as_skipped_at_once(
    service: InterviewService, interviewed: str, sqlite_database: Database
) -> None:
    service.skip(interviewed)
    interview = look(sqlite_database)
    assert (interview.outcome, interview.ended_by) == (Outcome.SKIPPED, EndedBy.SKIP_AND_CANCEL)


def test_skip_and_cancel_before_the_bot_ever_spoke_harms_nothing(service: InterviewService) -> None:
    service.skip("never-begun")


def test_an_answer_that_was_on_its_way_is_kept_after_skip_and_cancel(
    service: InterviewService, interviewed: str, sqlite_database: Database
) -> None:
    service.skip(interviewed)
    service.record_answer(interviewed, Question.KEPT, Reading(), "a lower price")
    interview = look(sqlite_database)
    assert [a.text for a in interview.answers] == ["a lower price"]
    assert interview.outcome is Outcome.SKIPPED


def test_a_customer_who_ends_the_conversation_has_skipped(
    service: InterviewService, interviewed: str, sqlite_database: Database
) -> None:
    service.stop(interviewed)
    assert (look(sqlite_database).outcome, look(sqlite_database).ended_by) == (Outcome.SKIPPED, EndedBy.STOPPED)


def test_a_customer_who_stays_is_saved_also_shortly_after_the_end(
    service: InterviewService, interviewed: str, sqlite_database: Database, clock: FixedClock
) -> None:
    service.finish(interviewed)
    clock.move(hours=23)
    assert service.stay(interviewed)
    assert (look(sqlite_database).outcome, look(sqlite_database).ended_by) == (Outcome.SAVED, EndedBy.STAYED)


def test_a_customer_who_wants_to_come_back_days_later_was_not_saved(
    service: InterviewService, interviewed: str, sqlite_database: Database, clock: FixedClock
) -> None:
    service.finish(interviewed)
    clock.move(hours=25)
    assert not service.stay(interviewed)
    assert look(sqlite_database).outcome is Outcome.LEFT


def test_a_customer_silent_for_a_day_has_abandoned_and_what_they_said_is_kept(
    service: InterviewService, interviewed: str, sqlite_database: Database, clock: FixedClock
) -> None:
    service.record_answer(interviewed, Question.REASON, Reading(tapped=Reason.PRICE), "price")
    clock.move(hours=23)
    assert service.abandon_silent() == 0
    clock.move(hours=2)
    assert service.abandon_silent() == 1
    assert service.abandon_silent() == 0
    interview = look(sqlite_database)
    assert (interview.outcome, interview.ended_by) == (Outcome.ABANDONED, EndedBy.SILENCE)
    assert interview.leading_reason is Reason.PRICE


def test_a_customer_who_returns_after_a_silence_goes_on_where_they_stopped(
    service: InterviewService, interviewed: str, sqlite_database: Database, clock: FixedClock
) -> None:
    service.record_answer(interviewed, Question.REASON, Reading(tapped=Reason.PRICE), "price")
    clock.move(days=3)
    service.abandon_silent()
    standing = service.record_answer(interviewed, Question.PROBE, Reading(), "it went up twice")
    assert next_question(standing) is Question.KEPT
    assert look(sqlite_database).outcome is None
    service.finish(interviewed)
    assert look(sqlite_database).outcome is Outcome.LEFT


def test_an_interview_whose_dialogue_was_forgotten_goes_on_where_it_stopped(
    service: InterviewService, interviewed: str, sqlite_database: Database, clock: FixedClock
) -> None:
    say(sqlite_database, clock(), "Hello, I'm a bot.", author=Author.BOT, response=DISCLOSURE)
    service.record_answer(interviewed, Question.REASON, Reading(tapped=Reason.PRICE), "price")
    opening = service.begin(interviewed)
    assert (opening.stage, opening.introduced) == (Stage.OPEN, True)
    assert next_question(opening.standing) is Question.PROBE


def test_an_interview_that_is_over_is_not_opened_again(service: InterviewService, interviewed: str) -> None:
    service.finish(interviewed)
    assert service.begin(interviewed).stage is Stage.OVER
