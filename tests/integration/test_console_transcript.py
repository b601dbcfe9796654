"""A transcript, and what staff do in it, in a browser without JavaScript."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.retention.facts import FactKind
from bot.retention.reasons import Reason
from bot.storage.tables import (
    AnswerState,
    AuditEntry,
    Author,
    EndedBy,
    InterviewAnswer,
    Mode,
    Outcome,
    ReasonSource,
    StatedFact,
)
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.console import NAME, Console, Record, form_token, read_field
from tests.integration.conftest import sign_in

MINUTE = timedelta(minutes=1)


@pytest.fixture
def console(database: Database, clock: FixedClock) -> Console:
    return sign_in(database, clock)


def read(page: Any, part: tuple[str, str] = ("<main", "</main>")) -> str:
    """Return what one reads between two pieces of a page's source."""
    start, end = part
    markup = page.text[page.text.index(start) : page.text.index(end)]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


MESSAGES = ('<div id="messages"', '<form class="reply"')
FACTS = ('<aside id="facts"', "</aside>")


def chosen(page: Any) -> list[str]:
    """Return the reason that the form holds for the leading one."""
    return re.findall(r'<option value="(\w+)" selected>', page.text)


def ticked(page: Any) -> list[str]:
    """Return the reasons that the form holds for given, too."""
    return re.findall(r'name="also" value="(\w+)" checked>', page.text)


def messages_of(record: Record, talk: str) -> list[tuple[Author, str]]:
    with record.database.read() as uow:
        return [(message.author, message.text) for message in uow.conversations.list_messages(talk)]


def mode_of(record: Record, talk: str) -> Mode:
    with record.database.read() as uow:
        return uow.conversations.get(talk).mode


def test_staff_read_what_was_said_by_whom_and_when(console: Console, record: Record) -> None:
    talk = record.add(name="Ana Sousa")
    record.say(talk, Author.SYSTEM, "the trigger")
    record.say(talk, Author.BOT, "Why are you leaving?", buttons=["Price", "Quality"], response="utter_ask_reason")
    record.say(talk, Author.CUSTOMER, "Price", pressed={"intent": "inform", "entities": {}})
    said = read(console.get(f"conversations/{talk}"), MESSAGES)
    assert "Bot 4 May 2026, 12:00 UTC utter_ask_reason Why are you leaving? Price (pressed) Quality" in said
    assert "Customer 4 May 2026, 12:00 UTC tapped Price" in said
    assert "the trigger" not in said


def test_staff_read_what_the_interview_learnt(console: Console, record: Record) -> None:
    talk = record.add(
        "Too dear", name="Ana", email="ana@example.org", reason=Reason.PRICE, outcome=Outcome.LEFT, interviewed=True
    )
    record.give_reason(talk, Reason.PRICE, ReasonSource.TAPPED)
    record.give_reason(talk, Reason.PRICE, ReasonSource.INFERRED, 0.873)
    record.give_reason(talk, Reason.COMPETITOR, ReasonSource.INFERRED, 0.31)
    with record.database.write() as uow:
        interview = uow.interviews.find(talk)
        assert interview is not None
        interview.ended_by = EndedBy.SKIP_AND_CANCEL
        interview.sensitive = True
        now = record.clock()
        for question, state, text, value in (
            ("reason", AnswerState.ANSWERED, "Too dear", None),
            ("probe", AnswerState.SKIPPED, None, None),
            ("likelihood", AnswerState.ANSWERED, "seven", 7),
            ("consent", AnswerState.ANSWERED, "fine", 1),
        ):
            interview.answers.append(
                InterviewAnswer(question=question, state=state, text=text, value=value, answered_at=now)
            )
        place = StatedFact(question="reason", kind=FactKind.PLACE, text="Porto<b>", key="porto", start=0, end=8)
        uow.interviews.add_fact(interview.reasons[-1], place)
        uow.commit()
    page = console.get(f"conversations/{talk}")
    facts = read(page, FACTS)
    assert "Competitor inferred 0.31 reasons-1 Place Porto<b>" in facts
    assert "Left Ended Pressed “Skip and cancel”" in facts
    assert "Price leading tapped inferred 0.87 reasons-1 Competitor inferred 0.31 reasons-1" in facts
    assert '<rect width="87.3" height="6"/>' in page.text
    assert "Why they leave Too dear The follow-up skipped How likely to come back 7 of 10" in facts
    assert "May we write to them Yes" in facts
    assert "Without an answer so far: what would have kept them." in facts
    assert "E-mail ana@example.org may be written to" in facts
    assert "Sensitive" in read(page)


def test_an_opted_out_customer_is_shown_as_one_who_must_not_be_written_to(console: Console, record: Record) -> None:
    talk = record.add("stop", email="ana@example.org", opted_out_at=console.clock())
    page = console.get(f"conversations/{talk}")
    assert "ana@example.org opted out" in read(page, FACTS)
    assert "answer them here, and write to them nowhere else" in page.text


def test_what_a_customer_writes_is_shown_as_text_wherever_it_stands(console: Console, record: Record) -> None:
    attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7 * 7 }}"
    talk = record.add(attack, name=attack, email="<b>@example.org")
    record.say(talk, Author.BOT, attack, buttons=[attack], response="utter_<x>")
    page = console.get(f"conversations/{talk}")
    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert "<b>@" not in page.text
    assert "{{ 7 * 7 }}" in page.text
    assert read(page, MESSAGES).count("<script>alert(1)</script>") == 3
    assert 'class="said" dir="auto"' in page.text


def test_a_reply_takes_the_conversation_over_and_is_audited(console: Console, record: Record) -> None:
    talk = record.add("hello", mode=Mode.BOT)
    assert "Reply takes over: the bot is silent until you hand back." in console.get(f"conversations/{talk}").text
    answer = console.press(talk, "reply", text="  Hello, this is Mara.\r\nHow can I help?  ")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/conversations/{talk}?done=replied")
    assert messages_of(record, talk)[-1] == (Author.STAFF, "Hello, this is Mara.\nHow can I help?")
    assert mode_of(record, talk) is Mode.STAFF
    assert record.audited("conversation.reply") == [(NAME, talk)]
    page = console.get(f"conversations/{talk}", done="replied")
    assert "Your reply is on its way." in page.text
    assert "Mara 4 May 2026, 12:00 UTC Hello, this is Mara." in read(page, MESSAGES)
    assert "Hand back to the bot" in page.text


def test_a_reply_pressed_twice_is_said_once(console: Console, record: Record) -> None:
    talk = record.add("hello")
    page = console.get(f"conversations/{talk}")
    form = {"form_token": form_token(page), "reply_id": read_field(page, "reply_id"), "text": "Hi"}
    for _ in range(2):
        assert console.browser.post(f"/console/conversations/{talk}/reply", data=form).status_code == 303
    assert messages_of(record, talk).count((Author.STAFF, "Hi")) == 1


@pytest.mark.parametrize(("text", "problem"), [(" \n ", "Write something first."), ("x" * 10_001, "Nothing was sent.")])
def test_a_reply_that_cannot_be_sent_is_explained_and_not_lost(
    console: Console, record: Record, text: str, problem: str
) -> None:
    talk = record.add("hello")
    answer = console.press(talk, "reply", text=text)
    assert answer.status_code == 422
    assert problem in answer.text
    assert text.strip() in answer.text
    assert len(messages_of(record, talk)) == 1
    assert mode_of(record, talk) is Mode.BOT


def test_staff_take_over_in_silence_and_hand_back(console: Console, record: Record) -> None:
    talk = record.add("hello")
    assert console.press(talk, "take-over").headers["location"].endswith("?done=taken-over")
    assert mode_of(record, talk) is Mode.STAFF
    assert "The bot is silent until you hand back." in console.get(f"conversations/{talk}").text
    assert console.press(talk, "hand-back").headers["location"].endswith("?done=handed-back")
    assert mode_of(record, talk) is Mode.BOT
    assert record.audited("conversation.take_over") == [(NAME, talk)]
    assert record.audited("conversation.hand_back") == [(NAME, talk)]


@pytest.mark.parametrize("action", ["reply", "take-over", "hand-back", "reason"])
def test_a_forged_form_is_refused_and_nothing_is_done(console: Console, record: Record, action: str) -> None:
    talk = record.add("hello", mode=Mode.STAFF if action == "hand-back" else Mode.BOT, reason=Reason.PRICE)
    before = mode_of(record, talk)
    fields = {"text": "forged", "reason": "relocation"}
    for token in ({}, {"form_token": ""}, {"form_token": "forged"}, {"form_token": "ä" * 43}):
        answer = console.browser.post(f"/console/conversations/{talk}/{action}", data=fields | token)
        assert answer.status_code == 403
        assert "Go back, reload it and try once more." in answer.text
    assert (mode_of(record, talk), len(messages_of(record, talk))) == (before, 1)
    assert record.audited("reason.corrected") == []


def test_the_form_token_of_one_member_of_staff_opens_nothing_for_another(console: Console, record: Record) -> None:
    talk = record.add("hello")
    token = form_token(console.get(f"conversations/{talk}"))
    console.hire("Tom")
    console.browser.cookies.clear()
    console.sign_in("Tom")
    data = {"form_token": token, "text": "hi"}
    assert console.browser.post(f"/console/conversations/{talk}/reply", data=data).status_code == 403


def test_staff_correct_the_leading_reason_and_what_was_inferred_stays(console: Console, record: Record) -> None:
    talk = record.add("they never answer", reason=Reason.PRICE)
    record.give_reason(talk, Reason.PRICE, ReasonSource.INFERRED, 0.5)
    for reason in (Reason.DELIVERY_FULFILMENT, Reason.CUSTOMER_SERVICE):
        assert console.press(talk, "reason", reason=reason.value).headers["location"].endswith("?done=corrected")
    with record.database.read() as uow:
        interview = uow.interviews.find(talk)
        assert interview is not None
        assert interview.leading_reason is Reason.CUSTOMER_SERVICE
        assert [(r.label, r.source) for r in interview.reasons] == [
            (Reason.PRICE, ReasonSource.INFERRED),
            (Reason.CUSTOMER_SERVICE, ReasonSource.CORRECTED),
        ]
        entries = uow.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "reason.corrected")).all()
        assert [entry.details for entry in entries] == [
            {"before": "price", "after": "delivery_fulfilment"},
            {"before": "delivery_fulfilment", "after": "customer_service"},
        ]
    facts = read(console.get(f"conversations/{talk}"), FACTS)
    assert "Customer service leading corrected Price inferred 0.50" in facts


def test_staff_note_several_reasons_and_find_them_ticked_when_they_look_again(console: Console, record: Record) -> None:
    talk = record.add("dear, and they never answer", reason=Reason.PRICE)
    record.give_reason(talk, Reason.PRICE, ReasonSource.INFERRED, 0.8)
    record.give_reason(talk, Reason.COMPETITOR, ReasonSource.INFERRED, 0.6)
    page = console.get(f"conversations/{talk}")
    assert (chosen(page), ticked(page)) == (["price"], ["competitor"])
    console.press(talk, "reason", reason="customer_service", also=["price", "customer_service"])
    page = console.get(f"conversations/{talk}", done="corrected")
    assert (chosen(page), ticked(page)) == (["customer_service"], ["price"])
    assert "The reasons are noted." in page.text
    with record.database.read() as uow:
        entry = uow.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "reason.corrected")).one()
        assert entry.details == {"before": "price", "after": "customer_service", "also": ["price"]}


@pytest.mark.parametrize(
    ("also", "problem"), [(["price"], "stands alone"), (["price", "greed"], "Choose one of the reasons.")]
)
def test_reasons_that_contradict_each_other_are_refused(
    console: Console, record: Record, also: list[str], problem: str
) -> None:
    talk = record.add("hello", reason=Reason.PRICE)
    answer = console.press(talk, "reason", reason="other_unclear", also=also)
    assert answer.status_code == 422
    assert problem in answer.text
    assert record.audited("reason.corrected") == []


def test_a_reason_that_is_none_of_the_thirteen_is_refused(console: Console, record: Record) -> None:
    talk = record.add("hello", reason=Reason.PRICE)
    answer = console.press(talk, "reason", reason="greed")
    assert answer.status_code == 422
    assert "Choose one of the reasons." in answer.text


def test_reading_a_transcript_is_audited_once_an_hour_for_each_reader(console: Console, record: Record) -> None:
    talk, other = record.add("hello"), record.add("hi")
    for _ in range(3):
        console.get(f"conversations/{talk}")
        console.clock.move(minutes=20)
    console.get(f"conversations/{other}")
    assert record.audited("transcript.viewed") == [(NAME, talk), (NAME, other)]
    console.clock.move(seconds=1)
    console.get(f"conversations/{talk}")
    assert record.audited("transcript.viewed") == [(NAME, talk), (NAME, other), (NAME, talk)]


def test_the_audit_log_holds_no_word_of_anybody(console: Console, record: Record) -> None:
    talk = record.add("my secret complaint", email="ana@example.org", reason=Reason.PRICE)
    console.press(talk, "reply", text="my secret answer")
    console.get(q="secret")
    with record.database.read() as uow:
        kept = repr([(e.action, e.subject, e.details) for e in uow.session.scalars(sa.select(AuditEntry))])
    assert "secret" not in kept
    assert "ana@" not in kept


def test_an_erased_conversation_says_what_happened(console: Console, record: Record) -> None:
    talk = record.add(interviewed=False, erased_at=console.clock())
    page = console.get(f"conversations/{talk}")
    assert "Erased at the customer’s request" in read(page, MESSAGES)
    assert "There was no exit interview in this conversation." in page.text


@pytest.mark.parametrize("talk", ["nobody", "%2e%2e", "a' OR 1=1", "x" * 300])
def test_a_conversation_that_is_not_there_gets_a_kind_page(console: Console, talk: str) -> None:
    answer = console.get(f"conversations/{talk}")
    assert answer.status_code == 404
    assert "To the conversations" in answer.text


def test_doing_something_in_a_conversation_that_is_not_there_gets_the_same_page(console: Console) -> None:
    token = form_token(console.get())
    for action in ("reply", "take-over", "hand-back", "reason"):
        data = {"form_token": token, "text": "hi", "reason": "price"}
        assert console.browser.post(f"/console/conversations/nobody/{action}", data=data).status_code == 404


def test_a_page_asked_for_in_the_wrong_way_gets_a_page_and_no_json(console: Console) -> None:
    for answer in (console.get("sign-out"), console.get("no/such/page")):
        assert answer.status_code in {404, 405}
        assert answer.headers["content-type"].startswith("text/html")
    upload = console.browser.post("/console/sign-in", files={"name": ("a.txt", b"x")})
    assert upload.status_code == 422
    assert upload.headers["content-type"].startswith("text/html")


def test_a_transcript_works_without_javascript(console: Console, record: Record) -> None:
    page = console.get(f"conversations/{record.add('hello')}")
    assert not re.search(r"\son\w+=|javascript:|<script(?![^>]*\bsrc=)|\sstyle=", page.text)
    assert page.text.count('method="post"') == page.text.count('name="form_token"') == 6
    assert '<noscript><a class="refresh" href="">Refresh</a></noscript>' in page.text or "htmx.min.js" not in page.text
