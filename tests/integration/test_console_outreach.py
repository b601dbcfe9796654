"""What staff see of the touches with which the bot writes first, and what they decide about them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.retention.channels import Channel
from bot.retention.offers import GrantState
from bot.retention.winback.touches import TouchAnswer, TouchKind, TouchState
from bot.storage.tables import Author, Conversation, Letter, LetterKind, LetterState, OfferGrant, PlannedTouch
from bot.storage.touches import TOUCH_MARK
from bot.storage.views import TOUCHES_A_PAGE, TouchFilter, TouchShown, count_touches, list_touches
from tests.console import NAME, Console, Record, form_token
from tests.integration.conftest import sign_in
from tests.integration.test_console_transcript import FACTS, read
from tests.outreach import Company

LIST = ('<section id="touches"', "</section>")


@pytest.fixture
def company(console: Console) -> Company:
    return Company(console)


def press(console: Console, path: str, page: str = "outreach", **fields: str) -> object:
    """Send a form as it stands on a page of the console."""
    data = {"form_token": form_token(console.get(page))} | fields
    return console.browser.post(f"/console/{path}", data=data)


def doubt(company: Company, kind: TouchKind = TouchKind.CHECK_IN) -> str:
    """Let nobody know whether something arrived."""
    company.lose(channel=Channel.PHONE)
    touch_id = company.wait_for(kind)
    company.change(touch_id, state=TouchState.UNKNOWN, channel=Channel.EMAIL)
    return touch_id


def test_staff_read_who_is_written_to_when_why_and_how_it_stands(console: Console, company: Company) -> None:
    customer = company.lose()
    company.tick()
    page = console.get("outreach")
    listed = read(page, LIST)
    assert "Ana Check-in · Phone" in listed
    assert "Step 1 of the plan for people who left over price. winback.plans.price.1" in listed
    assert "Planned" in listed
    assert f'href="/console/customers/{customer}"' in page.text
    assert "Planned 1" in read(page, ('<nav id="states"', '<form class="search"'))


def test_the_list_is_empty_in_words_that_help(console: Console) -> None:
    assert "Nobody has been written to yet" in console.get("outreach").text
    assert "There is no such touch" in console.get("outreach", show="sent").text
    assert "There is nothing on page 3" in console.get("outreach", page="3").text
    assert console.get("outreach", show="<x>", kind="y", page="-1").status_code == 200


def test_staff_filter_by_state_and_kind(console: Console, company: Company) -> None:
    customer = company.lose()
    company.add_touches(customer, 1, TouchState.SENT)
    company.add_touches(customer, 1, TouchState.SKIPPED)
    assert read(console.get("outreach", show="sent"), LIST).count("Check-in ·") == 1
    assert "Dropped" in read(console.get("outreach", show="skipped", kind="check_in"), LIST)
    assert "There is no such touch" in console.get("outreach", show="sent", kind="thanks").text


def test_what_somebody_answered_stands_beside_the_touch_as_text(console: Console, company: Company) -> None:
    customer = company.lose(name="<b>Ana</b>")
    company.add_touches(customer, 1, TouchState.SENT)
    touch = list_touches(company.database, TouchFilter()).touches[0]
    company.change(touch.id, answer=TouchAnswer.OPEN, words="<script>alert(1)</script> if it is cheaper")
    page = console.get("outreach")
    assert "May come back <script>alert(1)</script> if it is cheaper" in read(page, LIST)
    assert "<script>alert" not in page.text
    assert "<b>Ana" not in page.text


def test_who_may_not_have_heard_stands_out_and_staff_say_that_it_arrived(
    console: Console, company: Company, record: Record
) -> None:
    touch_id = doubt(company)
    sent_at = company.read(touch_id).changed_at
    company.clock.now += timedelta(hours=1)
    page = console.get("outreach")
    assert "Nobody can tell whether this arrived. It is never sent again by itself." in read(page, LIST)
    assert "(1 in doubt) Outreach" in page.text
    answer = press(console, f"outreach/touches/{touch_id}/arrival", arrived="yes", show="unknown")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/outreach?show=unknown&done=arrived")
    assert company.read(touch_id).state is TouchState.SENT
    assert company.read(touch_id).changed_at == sent_at
    assert record.audited("touch.arrived") == [(NAME, touch_id)]
    assert "It is noted that it arrived." in console.get("outreach", done="arrived").text
    again = press(console, f"outreach/touches/{touch_id}/arrival", arrived="no")
    assert again.status_code == 409
    assert company.read(touch_id).state is TouchState.SENT


def test_an_offer_that_did_not_arrive_is_forgotten_with_its_reminder(
    console: Console, company: Company, record: Record
) -> None:
    touch_id = doubt(company, TouchKind.WELCOME_BACK)
    assert company.read(touch_id).offer is not None
    company.tick()
    press(console, f"outreach/touches/{touch_id}/arrival", arrived="no")
    assert company.read(touch_id).state is TouchState.FAILED
    assert company.read(touch_id).offer is None
    with company.database.read() as work:
        assert work.session.query(OfferGrant).count() == 0
        kept = work.session.query(PlannedTouch).filter_by(kind=TouchKind.REMINDER).all()
        assert {one.state for one in kept} <= {TouchState.SKIPPED}
    assert record.audited("touch.not_arrived") == [(NAME, touch_id)]
    company.clock.now += timedelta(days=40)
    assert not [one for one in company.tick() if one.touch.kind is TouchKind.REMINDER]


@pytest.mark.parametrize("state", [it for it in TouchState if it is not TouchState.UNKNOWN])
def test_nothing_is_said_to_have_arrived_that_is_not_in_doubt(
    console: Console, company: Company, state: TouchState
) -> None:
    customer = company.lose()
    company.add_touches(customer, 1, state)
    touch_id = list_touches(company.database, TouchFilter()).touches[0].id
    assert press(console, f"outreach/touches/{touch_id}/arrival", arrived="no").status_code == 409
    assert company.read(touch_id).state is state


def test_nobody_says_it_without_the_form_of_the_page_or_without_saying_which(
    console: Console, company: Company
) -> None:
    touch_id = doubt(company)
    bare = console.browser.post(f"/console/outreach/touches/{touch_id}/arrival", data={"arrived": "yes"})
    assert bare.status_code == 403
    assert press(console, f"outreach/touches/{touch_id}/arrival", arrived="perhaps").status_code == 422
    assert company.read(touch_id).state is TouchState.UNKNOWN


def begin(company: Company, touch_id: str, *, heard: bool = False) -> str:
    """Open the conversation of a touch as the bot does."""
    talk, now = f"talk-{touch_id[:8]}", company.clock()
    with company.database.write() as work:
        touch = work.touches.lock(touch_id)
        assert touch is not None
        conversation = Conversation(
            id=talk,
            channel=Channel.EMAIL,
            customer_id=touch.customer_id,
            created_at=now,
            last_message_at=now,
            heard_at=now if heard else None,
        )
        work.conversations.add(conversation)
        work.conversations.add_message(conversation, Author.SYSTEM, "", now, client_id=f"{TOUCH_MARK}{touch.id}")
        touch.conversation_id = talk
        work.commit()
    return talk


def test_a_transcript_says_that_we_began_it_and_what_else_was_sent_and_is_planned(
    console: Console, company: Company
) -> None:
    customer = company.lose()
    touch_id = company.wait_for(TouchKind.CHECK_IN)
    talk = begin(company, touch_id)
    company.console.planner.settle(touch_id, TouchState.SENT)
    company.tick()
    page = console.get(f"conversations/{talk}")
    assert "Begun by us: check-in, sent" in read(page, ('<section id="state"', "</section>"))
    facts = read(page, FACTS)
    assert "Check-in: sent on" in facts
    assert "because step 1 of the plan for people who left over price (winback.plans.price.1)" in facts
    assert "this conversation" in facts
    assert "Welcome back: planned for" in facts
    assert f'href="/console/customers/{customer}"' in page.text


def test_a_customers_page_tells_in_the_words_of_why_what_was_sent_and_comes_next(
    console: Console, company: Company, record: Record
) -> None:
    customer = company.lose()
    company.console.planner.settle(company.wait_for(TouchKind.CHECK_IN), TouchState.SENT)
    company.tick()
    page = console.get(f"customers/{customer}")
    for line in company.console.app.state.services.why.explain(f"#{customer}"):
        assert line.strip() in read(page)
    assert "Welcome back: planned for" in read(page)
    assert "Phone may be phoned" in read(page)
    assert "+351" not in page.text
    assert record.audited("customer.viewed") == [(NAME, f"#{customer}")]
    assert console.get("customers/999").status_code == 404
    assert console.get(f"customers/{10**12}").status_code == 404
    assert console.get("customers/x").status_code == 422


def test_conversations_that_we_began_are_listed_once_somebody_answers(console: Console, company: Company) -> None:
    company.lose()
    talk = begin(company, company.wait_for(TouchKind.CHECK_IN))
    assert talk not in console.get().text
    with company.database.write() as work:
        work.conversations.get(talk, lock=True).heard_at = company.clock()
        work.commit()
    page = console.get()
    assert talk in page.text
    assert "begun by us" in page.text


def test_a_letter_of_which_staff_know_by_now_is_no_longer_in_doubt(
    console: Console, company: Company, record: Record
) -> None:
    touch_id = doubt(company)
    talk = begin(company, touch_id)
    message = record.say(talk, Author.BOT, "How are you getting on?", response="utter_check_in")
    with company.database.write() as work:
        work.letters.add(
            Letter(
                conversation_id=talk,
                message_id=message,
                channel=Channel.EMAIL,
                address="ana@example.org",
                kind=LetterKind.TOUCH,
                state=LetterState.UNKNOWN,
                next_attempt_at=company.clock(),
                touch_id=touch_id,
            )
        )
        work.commit()
    assert "May not have arrived" in console.get(f"conversations/{talk}").text
    press(console, f"outreach/touches/{touch_id}/arrival", arrived="yes")
    assert "May not have arrived" not in console.get(f"conversations/{talk}").text


def request_offer(company: Company) -> tuple[str, str]:
    """Let somebody whom nobody knows take the offer with which we wrote first."""
    company.lose()
    touch_id = company.wait_for(TouchKind.WELCOME_BACK)
    talk = begin(company, touch_id, heard=True)
    company.change(touch_id, state=TouchState.SENT)
    with company.database.write() as work:
        grant = work.session.query(OfferGrant).one()
        grant.state, grant.decided_at = GrantState.REQUESTED, company.clock()
        work.commit()
    return talk, touch_id


@pytest.mark.parametrize(("decision", "state"), [("confirm", GrantState.ACCEPTED), ("refuse", GrantState.REFUSED)])
def test_staff_decide_about_an_offer_that_was_requested_where_we_wrote_first(
    console: Console, company: Company, record: Record, decision: str, state: GrantState
) -> None:
    talk, touch_id = request_offer(company)
    assert "Offer to confirm" in console.get("", show="waiting").text
    assert "Taken, to be confirmed by you" in read(console.get(f"conversations/{talk}"), FACTS)
    assert console.press(talk, "offer", decision=decision).status_code == 303
    offer = company.read(touch_id).offer
    assert offer is not None
    assert offer.state is state
    assert bool(offer.code) is (decision == "confirm")
    assert record.audited(f"offer.{decision}ed" if decision == "confirm" else "offer.refused") == [(NAME, talk)]
    assert "Offer to confirm" not in console.get().text
    with company.database.read() as work:
        found = work.turns.find_next(talk)
        assert found is not None
        assert found[1].pressed["intent"] == f"EXTERNAL_offer_{'confirmed' if decision == 'confirm' else 'refused'}"


def test_a_list_of_thousands_is_read_page_by_page(database: object, clock: object) -> None:
    company = Company(sign_in(database, clock))  # type: ignore[arg-type]
    customer = company.lose()
    company.add_touches(customer, 2 * TOUCHES_A_PAGE + 1, TouchState.SENT)
    company.add_touches(customer, 3, TouchState.PLANNED)
    company.add_touches(customer, 2, TouchState.CLAIMED, Channel.PHONE)
    pages = [list_touches(company.database, TouchFilter(TouchShown.SENT), number) for number in (1, 2, 3)]
    assert [len(page.touches) for page in pages] == [TOUCHES_A_PAGE, TOUCHES_A_PAGE, 1]
    assert [page.has_next for page in pages] == [True, True, False]
    moments = [touch.changed_at for page in pages for touch in page.touches]
    assert moments == sorted(moments, reverse=True)
    planned = list_touches(company.database, TouchFilter(TouchShown.PLANNED)).touches
    assert [touch.due_at for touch in planned] == sorted(touch.due_at for touch in planned)
    counts = count_touches(company.database)
    assert counts[TouchShown.SENT] == 2 * TOUCHES_A_PAGE + 1
    assert (counts[TouchShown.TO_PHONE], counts[TouchShown.UNDER_WAY]) == (2, 0)
    assert len(list_touches(company.database, TouchFilter(TouchShown.TO_PHONE)).touches) == 2
    assert list_touches(company.database, TouchFilter(TouchShown.UNDER_WAY)).touches == ()
