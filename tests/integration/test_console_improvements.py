"""Staff record what was put right in the console, and read what writing to people was worth."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.outreach.results import Group, Results
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchKind, TouchState
from bot.storage.tables import Purchase, RecordedImprovement, Return
from tests.console import NAME, Console, Record, form_token
from tests.integration.test_console_transcript import read
from tests.outreach import Company

FIXED = {"what": "Parcels to Lisbon arrive on the day again", "reason": "delivery_fulfilment"}


@pytest.fixture
def company(console: Console) -> Company:
    return Company(console)


def send(console: Console, path: str, **fields: Any) -> Any:
    token = form_token(console.get("outreach/improvements"))
    return console.browser.post(f"/console/outreach/improvements{path}", data={"form_token": token} | fields)


def count(company: Company) -> int:
    with company.database.read() as work:
        return work.session.query(RecordedImprovement).count()


def test_staff_see_exactly_who_would_be_told_and_with_which_words_before_anything_is_stored(
    console: Console, company: Company
) -> None:
    ana = company.lose(reason=Reason.DELIVERY_FULFILMENT, words="My parcels came late every single week")
    company.lose("Rui", Reason.PRICE, address="+351 910 000 002")
    eva = company.lose("Eva", Reason.DELIVERY_FULFILMENT, address="+351 910 000 003")
    company.change_customer(eva, flagged_at=company.clock())
    page = send(console, "/preview", **FIXED)
    told = read(page)
    assert "One person would be told, once:" in told
    assert "ana , who left over delivery and fulfilment; by phone, Monday 11 May" in told
    assert "“My parcels came late every single week”" in told
    assert "Parcels to Lisbon arrive on the day again" in told
    assert "One other left over it and would not be told now: 1 staff have flagged them barred.flagged" in told
    assert f'href="/console/customers/{ana}"' in page.text
    assert "rui" not in told
    assert count(company) == 0


def test_what_is_recorded_is_told_once_and_listed_with_how_many_heard(
    console: Console, company: Company, record: Record
) -> None:
    company.lose(reason=Reason.DELIVERY_FULFILMENT)
    answer = send(console, "", **FIXED)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/outreach/improvements?done=recorded")
    assert [who for who, _ in record.audited("improvement.recorded")] == [NAME]
    assert "It is recorded." in read(console.browser.get(answer.headers["location"]))
    company.tick()
    page = read(console.get("outreach/improvements"))
    assert (
        "for those who left over delivery and fulfilment; recorded by Mara 0 told so far, 1 still to be told." in page
    )
    company.console.planner.settle(company.wait_for(TouchKind.ANNOUNCEMENT), TouchState.SENT)
    assert "1 told so far, 0 still to be told." in read(console.get("outreach/improvements"))
    assert "Parcels to Lisbon arrive on the day again" in read(console.get("outreach", kind="announcement"))


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"what": " ", "reason": "price"}, "“What was put right” is empty"),
        ({"what": "Better"}, "Tick the reasons that it answers."),
        ({"what": "Better", "reason": "poor_fit_expectations"}, "is told such news"),
        ({"what": "Better", "reason": "relocation"}, "name it with “Place”"),
        ({"what": "Better", "reason": "price", "place": "Atlantis"}, "No customer is with 'Atlantis'"),
        ({"what": "x" * 301, "reason": "price"}, "a message has room for 300"),
    ],
)
@pytest.mark.parametrize("path", ["/preview", ""])
def test_what_cannot_be_recorded_is_explained_and_what_was_typed_is_kept(
    console: Console, company: Company, fields: dict[str, str], problem: str, path: str
) -> None:
    page = send(console, path, **fields)
    assert page.status_code == 422
    assert problem in read(page)
    assert "--" not in read(page)
    assert f'value="{fields["what"]}"' in page.text
    assert count(company) == 0


def test_what_was_put_right_is_shown_as_text_wherever_it_stands(console: Console, company: Company) -> None:
    company.lose(reason=Reason.DELIVERY_FULFILMENT)
    attack = FIXED | {"what": '"><script>alert(1)</script> works'}
    assert "<script>alert" not in send(console, "/preview", **attack).text
    send(console, "", **attack)
    page = console.get("outreach/improvements")
    assert "<script>alert" not in page.text
    assert "<script>alert(1)</script> works" in read(page)


def test_nobody_records_anything_without_the_form_of_the_page(console: Console, company: Company) -> None:
    assert console.browser.post("/console/outreach/improvements", data=FIXED).status_code == 403
    assert count(company) == 0


def test_where_nobody_has_left_nothing_can_be_said(console: Console) -> None:
    page = read(console.get("outreach/results"))
    assert "It cannot be said yet. Nobody has left in this time of whom your system knows." in page
    assert "Nothing was written in this time." in page


def test_a_manager_reads_what_writing_was_worth(console: Console, company: Company) -> None:
    customer = company.lose()
    company.console.planner.settle(company.wait_for(TouchKind.CHECK_IN), TouchState.SENT)
    with company.database.write() as work:
        at = company.clock() + timedelta(hours=1)
        work.session.add(Return(customer_id=customer, at=at, amount=4900, currency="EUR"))
        work.session.add(
            Purchase(customer_id=customer, order_id="1", at=at + timedelta(days=2), amount=2000, currency="EUR")
        )
        work.commit()
    company.clock.now += timedelta(days=3)
    company.come_back()
    page = console.get("outreach/results")
    told = read(page)
    assert "One of the two groups is still empty." in told
    assert "Came back 1 1 of them had heard from you" in told
    assert "What they have brought in since 69.00 EUR" in told
    assert "Check-in 1 sent no answer yet" in told
    later = read(console.get("outreach/results", since="2026-12-01"))
    assert "Nothing was written in this time." in later
    bad = console.get("outreach/results", since="yesterday")
    assert bad.status_code == 422
    assert "Write the day like 2026-10-01." in bad.text


@pytest.mark.parametrize(
    ("treated", "holdout", "said"),
    [
        (Group(1000, 200), Group(100, 5), "Yes. Of those whom the bot may write to, more came back"),
        (Group(100, 11), Group(100, 10), "It is not known yet. The difference could still be chance"),
        (Group(1000, 50), Group(100, 20), "It seems to do harm. Of those left alone more came back."),
    ],
)
def test_the_verdict_says_no_more_than_the_bounds_allow(
    console: Console, monkeypatch: pytest.MonkeyPatch, treated: Group, holdout: Group, said: str
) -> None:
    results = Results(console.clock(), "EUR", 60, 1, treated=treated, holdout=holdout)
    asked: list[object] = []
    reckoner = console.app.state.services.results
    monkeypatch.setattr(reckoner, "reckon", lambda since: asked.append(since) or results)
    page = read(console.get("outreach/results"))
    assert said in page
    assert f"{treated.returned} of {treated.left:,}" in page
    assert results.lift is not None
    assert f"most likely between {100 * results.lift.low:+.1f} and".replace("-", "−") in page
    console.get("outreach/results")
    assert asked == [None]
    console.clock.now += timedelta(minutes=10)
    console.get("outreach/results")
    console.get("outreach/results", since="2026-05-01")
    assert len(asked) == 3
