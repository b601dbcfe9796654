"""The record of interviews, opt-outs and deletions, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading

from bot.conversations.data_requests import DataRequests
from bot.conversations.interviews import InterviewService
from bot.conversations.opt_out import OptOutService
from bot.retention.interview import Question
from bot.retention.reading import Reading
from bot.retention.reasons import Reason
from bot.storage.tables import Author, Channel, EndedBy, Outcome
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.interviews import FakeClassifier, add_conversation, say
from tests.trackers import make_settings

ADDRESS = "anna@example.org"


def test_a_whole_life_of_an_interview(database: Database, clock: FixedClock) -> None:
    interviews = InterviewService(database, FakeClassifier({"too dear": {Reason.PRICE: 0.9}}), clock)
    opt_outs, requests = OptOutService(database, make_settings(), clock), DataRequests(database, clock)
    add_conversation(database, clock())
    interviews.begin("c1")
    say(database, clock(), "Why?", author=Author.BOT, response="utter_ask_exit_interview_reason")
    interviews.record_answer("c1", Question.REASON, Reading(), "too dear", say(database, clock(), "too dear"))
    clock.move(days=2)
    assert interviews.abandon_silent() == 1
    interviews.record_answer("c1", Question.CONSENT, Reading(value=1), "yes")
    interviews.record_answer("c1", Question.EMAIL, Reading(address=ADDRESS), ADDRESS)
    closing = interviews.finish("c1")
    assert (closing.leading, closing.address) == (Reason.PRICE, ADDRESS)
    assert opt_outs.opt_out("c1")
    summary = requests.summarise("c1")
    assert (summary.messages, summary.may_not_write, summary.opted_out) == (1, (ADDRESS,), True)
    assert requests.export("c1")["interview"]["outcome"] == "left"
    receipt = requests.erase("c1")
    assert receipt.removed["contact_points"] == receipt.removed["customers"] == 1
    with database.read() as work:
        assert work.conversations.list_messages("c1") == []
        assert work.suppressions.holds(opt_outs.hash_contact(Channel.EMAIL, ADDRESS))
        assert work.interviews.count_by_outcome() == {Outcome.LEFT: 1}


def test_the_same_answer_from_two_turns_at_once_is_kept_once(database: Database, clock: FixedClock) -> None:
    interviews = InterviewService(database, FakeClassifier(), clock)
    add_conversation(database, clock())
    interviews.begin("c1")
    message = say(database, clock(), "too dear")
    threads = [
        threading.Thread(target=interviews.record_answer, args=("c1", Question.REASON, Reading(), "too dear", message))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as work:
        interview = work.interviews.find("c1")
        assert interview is not None
        assert len(interview.answers) == len(interview.reasons) == 1


def test_a_deletion_in_the_middle_of_an_interview_closes_it(database: Database, clock: FixedClock) -> None:
    interviews = InterviewService(database, FakeClassifier(), clock)
    add_conversation(database, clock())
    interviews.begin("c1")
    with database.read() as work:
        interview = work.interviews.find("c1")
        assert interview is not None
        number = interview.id
    DataRequests(database, clock).erase("c1")
    with database.read() as work:
        left = work.session.get(type(interview), number)
        assert left is not None
        assert (left.outcome, left.ended_by, left.conversation_id) == (Outcome.SKIPPED, EndedBy.ERASED, None)
