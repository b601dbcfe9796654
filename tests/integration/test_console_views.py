"""What the console's screens read, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import ConversationNotFound
from bot.retention.reasons import Reason
from bot.storage.tables import Author, Mode, Outcome, ReasonSource, TurnState
from bot.storage.unit_of_work import Database
from bot.storage.views import (
    PAGE_SIZE,
    ConversationFilter,
    Shown,
    count_conversations,
    list_conversations,
    read_transcript,
)
from tests.conftest import FixedClock
from tests.console import Record

MINUTE = timedelta(minutes=1)


@pytest.fixture
def record(database: Database, clock: FixedClock) -> Record:
    return Record(database, clock)


def list_ids(record: Record, wanted: ConversationFilter | None = None, page: int = 1) -> list[str]:
    return [c.id for c in list_conversations(record.database, wanted or ConversationFilter(), page).conversations]


def find_wait(record: Record, conversation_id: str) -> timedelta | None:
    since = read_transcript(record.database, conversation_id).waiting_since
    return record.clock() - since if since else None


def test_those_who_wait_stand_on_top_the_longest_wait_first_and_then_the_newest(record: Record) -> None:
    old = record.add("old", ago=60 * MINUTE)
    new = record.add("new", ago=MINUTE)
    short = record.add("short", ago=90 * MINUTE, mode=Mode.STAFF, asked_for_human_ago=5 * MINUTE)
    long = record.add("long", ago=90 * MINUTE, mode=Mode.STAFF, asked_for_human_ago=80 * MINUTE)
    assert list_ids(record) == [long, short, new, old]
    assert list_ids(record, ConversationFilter(Shown.WAITING)) == [long, short]


def test_a_customer_who_got_an_answer_from_staff_waits_no_longer(record: Record) -> None:
    asked = record.add("a human please", mode=Mode.STAFF, asked_for_human_ago=10 * MINUTE)
    assert find_wait(record, asked) == 10 * MINUTE
    record.say(asked, Author.STAFF, "Here I am.")
    assert find_wait(record, asked) is None


def test_a_customer_whose_words_staff_have_not_answered_waits_since_the_first_of_them(record: Record) -> None:
    talk = record.add("hello", ago=60 * MINUTE, mode=Mode.STAFF)
    record.say(talk, Author.STAFF, "Hello.", record.clock() - 50 * MINUTE)
    record.say(talk, Author.CUSTOMER, "where is my refund", record.clock() - 40 * MINUTE)
    record.say(talk, Author.CUSTOMER, "anybody there", record.clock() - 20 * MINUTE)
    assert find_wait(record, talk) == 40 * MINUTE


def test_a_customer_whose_conversation_was_taken_over_in_silence_waits_since_they_last_spoke(record: Record) -> None:
    taken = record.add("hello", ago=60 * MINUTE, mode=Mode.STAFF)
    record.say(taken, Author.CUSTOMER, "and another thing", record.clock() - 3 * MINUTE)
    assert find_wait(record, taken) == 3 * MINUTE


def test_a_customer_who_asks_for_a_human_a_second_time_waits_again(record: Record) -> None:
    talk = record.add("a human", ago=60 * MINUTE, mode=Mode.STAFF, asked_for_human_ago=5 * MINUTE)
    record.say(talk, Author.STAFF, "an answer to an earlier question", record.clock() - 30 * MINUTE)
    assert find_wait(record, talk) == 5 * MINUTE


def test_a_customer_who_talks_to_the_bot_does_not_wait_for_staff(record: Record) -> None:
    assert find_wait(record, record.add("hello", ago=60 * MINUTE)) is None


def test_a_customer_who_had_everything_erased_after_asking_waits_for_nobody(record: Record) -> None:
    erased = record.add(mode=Mode.STAFF, asked_for_human_ago=5 * MINUTE, erased_at=record.clock() - MINUTE)
    assert find_wait(record, erased) is None
    asked_since = record.add(mode=Mode.STAFF, asked_for_human_ago=5 * MINUTE, erased_at=record.clock() - 9 * MINUTE)
    assert find_wait(record, asked_since) == 5 * MINUTE


def test_trials_are_listed_with_a_mark_and_counted_nowhere(record: Record) -> None:
    record.add("left", outcome=Outcome.LEFT)
    record.add("open")
    trial = record.add("trial", outcome=Outcome.LEFT, trial=True, mode=Mode.STAFF, asked_for_human_ago=MINUTE)
    counts = count_conversations(record.database)
    assert (counts.outcomes[Outcome.LEFT], counts.open, counts.waiting, counts.waiting_trials) == (1, 1, 0, 1)
    assert counts.outcomes[Outcome.SAVED] == 0
    assert {c.id: c.trial for c in list_conversations(record.database, ConversationFilter()).conversations}[trial]


@pytest.mark.parametrize("outcome", Outcome)
def test_each_outcome_is_a_list_of_its_own(record: Record, outcome: Outcome) -> None:
    by_outcome = {each: record.add(each.value, outcome=each) for each in Outcome}
    record.add("open")
    assert list_ids(record, ConversationFilter(Shown(outcome.value))) == [by_outcome[outcome]]


def test_open_interviews_are_a_list_without_talks_that_are_no_interview(record: Record) -> None:
    opened = record.add("open")
    record.add("left", outcome=Outcome.LEFT)
    record.add("only a question", interviewed=False)
    assert list_ids(record, ConversationFilter(Shown.OPEN)) == [opened]


def test_a_list_can_be_narrowed_to_one_leading_reason(record: Record) -> None:
    dear = record.add("too dear", reason=Reason.PRICE)
    record.add("moved", reason=Reason.RELOCATION)
    assert list_ids(record, ConversationFilter(reason=Reason.PRICE)) == [dear]


def test_search_finds_what_was_said_and_who_said_it(record: Record) -> None:
    broken = record.add("it broke", "Die TEEKANNE war kaputt")
    known = record.add("hi", name="Ana Sousa", email="ana@example.org")
    answered = record.add("hi")
    record.say(answered, Author.STAFF, "Your teapot is on its way")
    for words, found in (("teekanne", broken), ("SOUSA", known), ("ana@example", known), ("teapot", answered)):
        assert list_ids(record, ConversationFilter(words=words)) == [found]
    assert list_ids(record, ConversationFilter(words="nobody said this")) == []


@pytest.mark.parametrize("words", ["100%", "a_b", "back\\slash", "O'Hara", "<b>"])
def test_search_takes_every_character_for_itself(record: Record, words: str) -> None:
    record.add("100 euros, aXb, backXslash, OHara, b")
    meant = record.add(f"they said {words} to me")
    assert list_ids(record, ConversationFilter(words=words)) == [meant]


def test_search_does_not_find_triggers_that_nobody_said(record: Record) -> None:
    record.say(record.add("hello"), Author.SYSTEM, "secret trigger")
    assert list_ids(record, ConversationFilter(words="secret trigger")) == []


def test_pages_hold_fifty_and_tell_whether_older_ones_follow(record: Record) -> None:
    ids = [record.add(str(n), ago=n * MINUTE) for n in range(PAGE_SIZE + 2)]
    first = list_conversations(record.database, ConversationFilter())
    second = list_conversations(record.database, ConversationFilter(), page=2)
    assert [c.id for c in first.conversations + second.conversations] == ids
    assert (len(first.conversations), first.has_next, second.has_next) == (PAGE_SIZE, True, False)
    assert list_conversations(record.database, ConversationFilter(), page=3).conversations == ()


@pytest.mark.parametrize("waiting", [3, PAGE_SIZE, PAGE_SIZE + 2])
def test_pages_show_everybody_once_also_where_those_who_wait_end_and_the_others_begin(
    record: Record, waiting: int
) -> None:
    ids = [
        record.add("help", mode=Mode.STAFF, asked_for_human_ago=(PAGE_SIZE * 2 - n) * MINUTE) for n in range(waiting)
    ]
    ids += [record.add(str(n), ago=n * MINUTE) for n in range(PAGE_SIZE)]
    pages = [list_conversations(record.database, ConversationFilter(), number) for number in (1, 2, 3)]
    assert [c.id for page in pages for c in page.conversations] == ids
    assert [page.has_next for page in pages] == [True, len(ids) > 2 * PAGE_SIZE, False]


def test_the_first_words_are_the_first_ones_typed_and_stand_on_one_line(record: Record) -> None:
    typed, tapped, silent = record.add(), record.add(), record.add()
    for talk in (typed, tapped):
        record.say(talk, Author.BOT, "Why are you leaving?")
        record.say(talk, Author.CUSTOMER, "Price", pressed={"intent": "inform", "entities": {}})
    record.say(typed, Author.CUSTOMER, "It went up\n\n  by a third" + " and more" * 100)
    listed = {c.id: c.first_words for c in list_conversations(record.database, ConversationFilter()).conversations}
    assert listed[typed].startswith("It went up by a third and more")
    assert len(listed[typed]) <= 200
    assert (listed[tapped], listed[silent]) == ("Price", "")


def test_a_transcript_marks_the_button_that_was_pressed_and_no_other(record: Record) -> None:
    talk = record.add()
    tap = {"intent": "inform", "entities": {}}
    record.say(talk, Author.SYSTEM, "", pressed={"intent": "EXTERNAL_exit_interview", "entities": {}})
    for answer in ("No", "Yes"):
        record.say(talk, Author.BOT, "Really?", buttons=["Yes", "No"], response="utter_ask")
        record.say(talk, Author.CUSTOMER, answer, pressed=tap)
    record.say(talk, Author.CUSTOMER, "No")
    messages = read_transcript(record.database, talk).messages
    assert [m.author for m in messages[:2]] == [Author.BOT, Author.CUSTOMER]
    assert [[(b.title, b.pressed) for b in m.buttons] for m in messages if m.buttons] == [
        [("Yes", False), ("No", True)],
        [("Yes", True), ("No", False)],
    ]
    assert [m.pressed for m in messages if m.author is Author.CUSTOMER] == [True, True, False]
    assert messages[0].response == "utter_ask"


def test_a_transcript_tells_which_message_the_bot_could_not_answer_yet(record: Record) -> None:
    talk = record.add()
    for text, attempts in (("first", 0), ("second", 2)):
        message_id = record.say(talk, Author.CUSTOMER, text)
        with record.database.write() as uow:
            uow.turns.add(message_id, talk, record.clock()).attempts = attempts
            uow.commit()
    assert [m.unanswered for m in read_transcript(record.database, talk).messages] == [False, True]
    with record.database.write() as uow:
        for turn in uow.turns.list_waiting(talk):
            turn.state = TurnState.DONE
        uow.commit()
    assert [m.unanswered for m in read_transcript(record.database, talk).messages] == [False, False]


def test_a_transcript_lists_the_leading_reason_first_and_keeps_the_sources_apart(record: Record) -> None:
    talk = record.add("too dear and rude", reason=Reason.PRICE)
    record.give_reason(talk, Reason.CUSTOMER_SERVICE, ReasonSource.INFERRED, 0.9)
    record.give_reason(talk, Reason.PRICE, ReasonSource.INFERRED, 0.4)
    record.give_reason(talk, Reason.PRICE, ReasonSource.TAPPED)
    interview = read_transcript(record.database, talk).interview
    assert interview is not None
    assert [(r.label, r.source, r.score) for r in interview.reasons] == [
        (Reason.PRICE, ReasonSource.TAPPED, 1.0),
        (Reason.PRICE, ReasonSource.INFERRED, 0.4),
        (Reason.CUSTOMER_SERVICE, ReasonSource.INFERRED, 0.9),
    ]


def test_the_transcript_of_an_unknown_conversation_says_so(record: Record) -> None:
    with pytest.raises(ConversationNotFound):
        read_transcript(record.database, "nobody")
