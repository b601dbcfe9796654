"""What is kept of an answer beside its words: doubt, what it settled besides, what was taken back, what is hard."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversations.interviews import InterviewService
from bot.retention.interview import Question, Standing, next_question
from bot.retention.leading import ReasonSource
from bot.retention.reading import Reading
from bot.retention.reasons import Reason
from bot.retention.sensitive import Trouble
from bot.storage.tables import Author, EndedBy, ExitInterview, Outcome
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.interviews import FakeClassifier, add_conversation, say

DOUBTFUL = "it was all a bit much"
STORY = " ".join(["the line dropped out again every evening since the first of March"] * 3)
DEAR = "It's far too dear. I'd have stayed for 10 a month."
RUDE = "the staff were rude"
LIKELY = "too dear since the last rise and your support never answers"


@pytest.fixture
def classifier() -> FakeClassifier:
    return FakeClassifier(
        {
            DOUBTFUL: {Reason.PRICE: 0.45, Reason.POOR_FIT_EXPECTATIONS: 0.4},
            STORY: {Reason.TECHNICAL_RELIABILITY: 0.9},
            DEAR: {Reason.PRICE: 0.9},
            RUDE: {Reason.CUSTOMER_SERVICE: 0.9},
            LIKELY: {Reason.PRICE: 0.6, Reason.CUSTOMER_SERVICE: 0.55},
        },
        doubtful={DOUBTFUL},
    )


@pytest.fixture
def service(sqlite_database: Database, classifier: FakeClassifier, clock: FixedClock) -> InterviewService:
    add_conversation(sqlite_database, clock())
    service = InterviewService(sqlite_database, classifier, clock)
    service.begin("c1")
    return service


def look(database: Database) -> ExitInterview:
    with database.read() as work:
        interview = work.interviews.find("c1")
        assert interview is not None
        _ = list(interview.answers), list(interview.reasons)
        work.session.expunge_all()
        return interview


def list_reasons(database: Database) -> set[tuple[Reason, ReasonSource]]:
    return {(reason.label, reason.source) for reason in look(database).reasons}


def answer(service: InterviewService, question: Question, text: str, **reading: object) -> Standing:
    return service.record_answer("c1", question, Reading(**reading), text)  # type: ignore[arg-type]


def test_doubt_is_kept_as_two_guesses_until_it_is_settled(service: InterviewService, sqlite_database: Database) -> None:
    standing = answer(service, Question.REASON, DOUBTFUL)
    assert standing.guesses == (Reason.PRICE, Reason.POOR_FIT_EXPECTATIONS)
    assert next_question(standing) is Question.PROBE
    standing = answer(service, Question.PROBE, "yes", tapped=Reason.PRICE)
    assert (standing.guesses, standing.leading, standing.certain) == (None, Reason.PRICE, True)
    assert look(sqlite_database).guesses == ["price", "poor_fit_expectations"]


def test_a_customer_who_was_misunderstood_leaves_for_no_guess_of_ours(
    service: InterviewService, sqlite_database: Database
) -> None:
    answer(service, Question.REASON, DOUBTFUL)
    standing = answer(service, Question.PROBE, "no", tapped=Reason.OTHER_UNCLEAR)
    assert standing.leading is Reason.OTHER_UNCLEAR
    assert list_reasons(sqlite_database) == {(Reason.OTHER_UNCLEAR, ReasonSource.TAPPED)}


def test_a_customer_who_says_no_and_why_leaves_for_that(service: InterviewService, sqlite_database: Database) -> None:
    answer(service, Question.REASON, DOUBTFUL)
    standing = answer(service, Question.PROBE, f"no, {RUDE}")
    assert standing.leading is Reason.CUSTOMER_SERVICE
    assert (Reason.PRICE, ReasonSource.INFERRED) not in list_reasons(sqlite_database)


def test_a_story_settles_the_probe_without_an_answer_to_it(
    service: InterviewService, sqlite_database: Database
) -> None:
    standing = answer(service, Question.REASON, STORY)
    assert next_question(standing) is Question.KEPT
    interview = look(sqlite_database)
    assert [a.question for a in interview.answers] == ["reason"]
    assert interview.told == ["probe"]


def test_what_would_have_kept_somebody_is_kept_in_their_own_words(
    service: InterviewService, sqlite_database: Database
) -> None:
    standing = answer(service, Question.REASON, DEAR)
    assert Question.KEPT in standing.settled
    assert {a.question: a.text for a in look(sqlite_database).answers} == {
        "reason": DEAR,
        "kept": "I'd have stayed for 10 a month.",
    }


def test_an_answer_taken_back_leaves_nothing_behind_but_the_message(
    service: InterviewService, sqlite_database: Database
) -> None:
    answer(service, Question.REASON, STORY)
    standing = service.record_answer("c1", Question.REASON, Reading(), "no, the staff", part=RUDE, replacing=True)
    assert (standing.leading, next_question(standing)) == (Reason.CUSTOMER_SERVICE, Question.PROBE)
    interview = look(sqlite_database)
    assert [(a.question, a.text) for a in interview.answers] == [("reason", RUDE)]
    assert interview.told is None
    assert list_reasons(sqlite_database) == {(Reason.CUSTOMER_SERVICE, ReasonSource.INFERRED)}


def test_the_same_message_replaces_an_answer_once(
    service: InterviewService, sqlite_database: Database, clock: FixedClock
) -> None:
    answer(service, Question.LIKELIHOOD, "3", value=3)
    message = say(sqlite_database, clock(), "sorry, I meant 8")
    for _ in range(2):
        service.record_answer(
            "c1", Question.LIKELIHOOD, Reading(value=8), "sorry, I meant 8", message, part="8", replacing=True
        )
    (kept,) = look(sqlite_database).answers
    assert (kept.value, kept.text, kept.message_id) == (8, "8", message)


def test_a_reason_called_by_its_name_needs_no_classifier(
    service: InterviewService, classifier: FakeClassifier, sqlite_database: Database
) -> None:
    standing = answer(service, Question.REASON, "the service", named=Reason.CUSTOMER_SERVICE)
    assert (standing.leading, standing.certain) == (Reason.CUSTOMER_SERVICE, True)
    assert classifier.asked == []
    assert look(sqlite_database).reasons[0].classifier_version == "by name"


def test_another_language_is_noted_and_not_classified(
    service: InterviewService, classifier: FakeClassifier, sqlite_database: Database
) -> None:
    text = "Es ist mir zu teuer geworden"
    standing = answer(service, Question.REASON, text)
    assert (look(sqlite_database).language, look(sqlite_database).answers[0].text) == ("de", text)
    assert (standing.leading, classifier.asked) == (None, [])


def test_a_yes_that_came_unasked_is_kept_with_their_own_words(
    service: InterviewService, sqlite_database: Database, clock: FixedClock
) -> None:
    said = "you can e-mail me at anna@example.org"
    service.record_answer("c1", Question.CONSENT, Reading(value=1, address="anna@example.org"), said, part=said)
    with sqlite_database.read() as work:
        customer = work.customers.find(work.conversations.get("c1").customer_id or 0)
        assert customer is not None
        (point,) = customer.contact_points
        assert (point.consent, point.consent_wording, point.consent_at) == (True, said, clock())


def test_an_address_that_came_unasked_is_no_yes(
    service: InterviewService, sqlite_database: Database, clock: FixedClock
) -> None:
    standing = answer(service, Question.EMAIL, "anna@example.org", address="anna@example.org")
    assert (standing.may_write, standing.address_known) == (False, True)
    with sqlite_database.read() as work:
        customer = work.customers.find(work.conversations.get("c1").customer_id or 0)
        assert customer is not None
        assert [point.consent for point in customer.contact_points] == [None]
    say(sqlite_database, clock(), "May we?", author=Author.BOT, response="utter_ask_exit_interview_consent")
    standing = answer(service, Question.CONSENT, "yes", value=1)
    assert (
        next_question(Standing(standing.settled, may_write=standing.may_write, address_known=True))
        is not Question.EMAIL
    )


def test_something_hard_closes_the_interview_and_is_kept(service: InterviewService, sqlite_database: Database) -> None:
    standing = answer(service, Question.LIKELIHOOD, "my wife died", trouble=Trouble.BEREAVEMENT)
    assert next_question(standing) is None
    service.finish("c1")
    interview = look(sqlite_database)
    assert (interview.sensitive, interview.outcome, interview.ended_by) == (True, Outcome.LEFT, EndedBy.SENSITIVE)
    assert interview.answers[0].text == "my wife died"


def test_something_hard_said_afterwards_is_noted_and_the_end_stays(
    service: InterviewService, sqlite_database: Database
) -> None:
    service.skip("c1")
    service.note_trouble("c1")
    service.note_trouble("never-begun")
    interview = look(sqlite_database)
    assert (interview.sensitive, interview.outcome) == (True, Outcome.SKIPPED)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from([DOUBTFUL, STORY, DEAR, RUDE, "no", "8", "Es ist mir zu teuer geworden"]),
            st.booleans(),
            st.none() | st.just(Trouble.ILLNESS),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_no_question_comes_again_and_nothing_comes_after_something_hard(
    sqlite_database: Database,
    classifier: FakeClassifier,
    clock: FixedClock,
    said: list[tuple[str, bool, Trouble | None]],
) -> None:
    conversation = add_conversation(sqlite_database, clock(), f"c{id(said)}-{clock.now.timestamp()}-{len(said)}")
    clock.move(seconds=1)
    service = InterviewService(sqlite_database, classifier, clock)
    standing = service.begin(conversation).standing
    put: list[Question] = []
    for text, skipped, trouble in said:
        question = next_question(standing)
        if question is None:
            break
        assert question not in put
        put.append(question)
        standing = service.record_answer(conversation, question, Reading(skipped=skipped, trouble=trouble), text)
        if trouble is not None:
            assert next_question(standing) is None


def test_who_has_not_said_why_may_say_it_by_what_would_have_kept_them(
    service: InterviewService, sqlite_database: Database
) -> None:
    answer(service, Question.REASON, "", skipped=True)
    standing = answer(service, Question.KEPT, RUDE)
    assert standing.leading is Reason.CUSTOMER_SERVICE
    assert next_question(standing) is Question.LIKELIHOOD
    assert list_reasons(sqlite_database) == {(Reason.CUSTOMER_SERVICE, ReasonSource.INFERRED)}


def test_what_would_have_kept_them_adds_no_reason_to_one_that_is_known(
    service: InterviewService, sqlite_database: Database
) -> None:
    answer(service, Question.REASON, DEAR)
    answer(service, Question.KEPT, RUDE)
    assert list_reasons(sqlite_database) == {(Reason.PRICE, ReasonSource.INFERRED)}


def test_who_tells_more_of_what_they_were_asked_about_leaves_no_doubt(
    service: InterviewService, clock: FixedClock
) -> None:
    assert not answer(service, Question.REASON, LIKELY).certain
    clock.move(minutes=1)
    standing = answer(service, Question.PROBE, "from 9.99 to 14.99")
    assert standing.certain
    assert standing.leading is Reason.PRICE


@pytest.mark.parametrize("words", ["no idea", "meh"])
def test_who_has_little_to_say_to_it_leaves_the_doubt(service: InterviewService, clock: FixedClock, words: str) -> None:
    answer(service, Question.REASON, LIKELY)
    clock.move(minutes=1)
    assert not answer(service, Question.PROBE, words).certain


def test_who_skips_the_question_leaves_the_doubt(service: InterviewService, clock: FixedClock) -> None:
    answer(service, Question.REASON, LIKELY)
    clock.move(minutes=1)
    assert not answer(service, Question.PROBE, "I would rather not say", skipped=True).certain
