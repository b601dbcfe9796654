"""Recording what was put right: who is told is shown before, and it is exactly those who are told then."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.conversations.announcements import AnnouncementCopy
from bot.conversations.reason_names import ReasonNames
from bot.conversations.stories import StoryService
from bot.errors import FarewellError
from bot.outreach import improvement_commands
from bot.outreach.improvements import ImprovementService, ImprovementUnfit, Preview
from bot.outreach.persons import Persons
from bot.retention.channels import Channel
from bot.retention.reasons import BillingReason, Reason
from bot.retention.winback.touches import TouchKind
from bot.storage.tables import AnswerState, AuditEntry, InterviewAnswer, Outcome, RecordedImprovement
from bot.storage.unit_of_work import Database
from tests.company import POLICY, SETTINGS, Company, hold_interview
from tests.conftest import FixedClock

TELLING = {"what": "Deliveries to Leeds come on the day again", "reasons": [Reason.DELIVERY_FULFILMENT]}


@pytest.fixture
def company(sqlite_database: Database, clock: FixedClock) -> Company:
    return Company(sqlite_database, clock)


@pytest.fixture
def service(company: Company) -> ImprovementService:
    persons = Persons(SETTINGS, POLICY, company.opt_outs)
    copy = AnnouncementCopy(SETTINGS, ReasonNames())
    stories = StoryService(company.database, company.clock)
    return ImprovementService(company.database, POLICY, persons, stories, copy, company.clock)


def leave_over(company: Company, name: str, reason: Reason, **facts: object) -> int:
    """Let somebody leave who said why in an interview."""
    customer_id = company.add(name, reason=None, **facts)
    hold_interview(company, customer_id, Outcome.LEFT, leading_reason=reason)
    return customer_id


def refuse(company: Company, name: str) -> None:
    company.change(lambda customer: setattr(customer.contact_points[0], "consent", False), name)


def record(service: ImprovementService, **telling: object) -> Preview:
    draft = service.draft(**{**TELLING, **telling})  # type: ignore[arg-type]
    preview = service.preview(draft)
    service.record(draft, preview)
    return preview


def list_told(company: Company, days: float = 100) -> list[int]:
    sent = company.pass_days(days)
    return [one.customer_id for one in sent if one.touch.kind is TouchKind.ANNOUNCEMENT]


def test_exactly_those_who_left_over_it_are_told_and_nobody_else(company: Company, service: ImprovementService) -> None:
    ana = leave_over(company, "ana", Reason.DELIVERY_FULFILMENT)
    leave_over(company, "rui", Reason.PRICE)
    company.add("eva", reason=None, cancelled_at=None)
    preview = record(service)
    assert [(one.name, one.reason, one.channel) for one in preview.recipients] == [
        ("ana", Reason.DELIVERY_FULFILMENT, Channel.EMAIL)
    ]
    assert list_told(company) == [ana]


def say_why(company: Company, customer_id: int, words: str) -> None:
    with company.database.write() as work:
        interview = work.touches.find_interview(customer_id)
        assert interview is not None
        answer = InterviewAnswer(
            question="reason", state=AnswerState.ANSWERED, text=words, answered_at=company.clock.now
        )
        work.interviews.add_answer(interview, answer)
        work.commit()


def test_the_words_are_shown_that_they_will_read_with_their_own_complaint(
    company: Company, service: ImprovementService
) -> None:
    ana = leave_over(company, "ana", Reason.DELIVERY_FULFILMENT)
    say_why(company, ana, "My parcels came three days late every time")
    leave_over(company, "rui", Reason.DELIVERY_FULFILMENT)
    company.pass_days(30)
    first, second = record(service).recipients
    assert "In May you told us: “My parcels came three days late every time”." in first.words
    assert "That has been put right: Deliveries to Leeds come on the day again." in first.words
    assert "In May you told us that a delivery had gone wrong." in second.words


def test_those_are_told_at_the_moment_that_was_shown(company: Company, service: ImprovementService) -> None:
    ana = leave_over(company, "ana", Reason.DELIVERY_FULFILMENT)
    company.pass_days(20)
    (shown,) = record(service).recipients
    told = [one for one in company.pass_days(100) if one.touch.kind is TouchKind.ANNOUNCEMENT]
    assert [one.customer_id for one in told] == [ana]
    written = next(row for row in company.read_touches() if row.kind is TouchKind.ANNOUNCEMENT)
    assert written.changed_at == shown.at


def test_who_left_over_it_and_would_not_be_told_is_counted_by_the_rule(
    company: Company, service: ImprovementService
) -> None:
    for name in ("ana", "rui", "eva", "ivo"):
        leave_over(company, name, Reason.DELIVERY_FULFILMENT)
    refuse(company, "rui")
    refuse(company, "eva")
    company.change(lambda customer: setattr(customer, "flagged_at", company.clock.now), "ivo")
    preview = record(service)
    assert [one.name for one in preview.recipients] == ["ana"]
    assert preview.kept == {"barred.no_consent": 2, "barred.flagged": 1}


def test_who_agrees_only_later_is_told_then(company: Company, service: ImprovementService) -> None:
    ana = leave_over(company, "ana", Reason.DELIVERY_FULFILMENT)
    refuse(company, "ana")
    assert record(service).recipients == []
    assert list_told(company, 40) == []
    company.change(lambda customer: setattr(customer.contact_points[0], "consent", True), "ana")
    assert list_told(company, 40) == [ana]


def test_everybody_hears_of_it_once(company: Company, service: ImprovementService) -> None:
    ana = leave_over(company, "ana", Reason.DELIVERY_FULFILMENT)
    record(service)
    assert list_told(company, 300) == [ana]


def test_of_a_place_hear_those_who_were_with_it_however_it_is_written(
    company: Company, service: ImprovementService
) -> None:
    ana = leave_over(company, "ana", Reason.DELIVERY_FULFILMENT, place="Leeds")
    leave_over(company, "rui", Reason.DELIVERY_FULFILMENT, place="York")
    preview = record(service, place="leeds")
    assert preview.kept == {"improvement.other_place": 1}
    assert list_told(company) == [ana]


def test_of_a_product_hear_those_who_bought_it_before_anything_of_it_is_on_record(
    company: Company, service: ImprovementService
) -> None:
    leave_over(company, "ana", Reason.PRODUCT_QUALITY, plan="Green tea")
    leave_over(company, "rui", Reason.PRODUCT_QUALITY, plan="Coffee")
    preview = record(service, reasons=[Reason.PRODUCT_QUALITY], product="green Tea")
    assert [one.name for one in preview.recipients] == ["ana"]
    assert preview.kept == {"improvement.other_product": 1}


def test_of_a_feature_nobody_hears_who_never_named_it(company: Company, service: ImprovementService) -> None:
    company.add("ana", reason=BillingReason.MISSING_FEATURES)
    preview = record(service, reasons=[Reason.MISSING_FEATURES], feature="offline mode")
    assert (preview.recipients, preview.kept) == ([], {"improvement.other_feature": 1})
    assert list_told(company) == []


def test_what_is_told_to_them_already_is_neither_dropped_nor_told_again(
    company: Company, service: ImprovementService
) -> None:
    leave_over(company, "ana", Reason.DELIVERY_FULFILMENT)
    record(service)
    company.planner.tick()
    second = record(service, what="Parcels are insured now")
    assert [one.name for one in second.recipients] == ["ana"]
    assert len(list_told(company, 100)) == 2


def test_what_was_recorded_is_audited(company: Company, service: ImprovementService) -> None:
    leave_over(company, "ana", Reason.DELIVERY_FULFILMENT)
    record(service)
    with company.database.read() as work:
        entry = work.session.scalars(select(AuditEntry)).one()
    assert entry.action == "improvement.recorded"
    assert entry.details == {"reasons": ["delivery_fulfilment"], "concerned": 1, "to_be_told": 1}


UNFIT = [
    ({"what": "   "}, "--what is empty"),
    ({"what": "?!"}, "--what is empty"),
    ({"what": "x" * 301}, "--what has 301 characters"),
    ({"what": "It\x00works"}, "--what: control characters"),
    ({"what": "\ud800"}, "--what: control characters"),
    ({"reasons": []}, "Name the reason"),
    ({"reasons": [Reason.POOR_FIT_EXPECTATIONS]}, "Nobody who left over poor_fit_expectations is told such news"),
    ({"reasons": [Reason.RELOCATION]}, "name it with --place"),
    ({"place": "Atlantis"}, "No customer is with 'Atlantis'"),
    ({"place": ""}, "--place is empty"),
    ({"feature": " "}, "--feature is empty"),
    ({"feature": "the"}, "--feature: 'the' names nothing"),
    ({"product": "a" * 201}, "--product has 201 characters"),
]


@pytest.mark.parametrize(("telling", "why"), UNFIT)
def test_what_cannot_be_recorded_is_refused_with_the_reason(
    service: ImprovementService, telling: dict[str, object], why: str
) -> None:
    with pytest.raises(ImprovementUnfit, match=why.replace("?", r"\?")):
        service.draft(**{**TELLING, **telling})  # type: ignore[arg-type]


# What an operator sees of it.


def run(*words: str, answer: str = "") -> Result:
    return CliRunner().invoke(app, ["improvements", *words], input=answer)


ADD = ("add", "--what", "Deliveries come on the day again", "--reason", "delivery_fulfilment")


@pytest.fixture
def own(company: Company, command_settings: None, monkeypatch: pytest.MonkeyPatch) -> Company:
    """A company that an operator looks after, with one customer to tell and one who said no."""
    monkeypatch.setattr(improvement_commands, "utc_now", company.clock)
    monkeypatch.setattr(improvement_commands, "find_ruling", lambda *_: type("Ruling", (), {"policy": POLICY}))
    leave_over(company, "ana", Reason.DELIVERY_FULFILMENT)
    leave_over(company, "rui", Reason.DELIVERY_FULFILMENT)
    refuse(company, "rui")
    company.pass_days(30)
    return company


def count_recorded(company: Company) -> int:
    with company.database.read() as work:
        return len(work.session.scalars(select(RecordedImprovement)).all())


def test_an_operator_sees_who_would_be_told_before_anything_is_stored(own: Company) -> None:
    said = run(*ADD, answer="n\n")
    assert "1 person would be told, once:" in said.output
    assert "ana: over delivery and fulfilment, by email, " in said.output
    assert "1 other left over it and would not be told now:" in said.output
    assert "they have not agreed to hear from us on any channel we use (barred.no_consent)" in said.output
    assert "Nothing was recorded." in said.output
    assert (said.exit_code, count_recorded(own)) == (1, 0)


def test_an_operator_agrees_and_it_is_recorded(own: Company) -> None:
    said = run(*ADD, answer="y\n")
    assert (said.exit_code, count_recorded(own)) == (0, 1)
    assert len(list_told(own)) == 1


def test_an_operator_need_not_be_asked(own: Company) -> None:
    assert run(*ADD, "--yes").exit_code == 0
    listed = run("list").output
    assert "Deliveries come on the day again" in listed
    assert "for those who left over delivery and fulfilment" in listed
    assert "0 told, 0 to be told." in listed
    list_told(own)
    assert "1 told, 0 to be told." in run("list").output


def test_nothing_on_record_is_said(own: Company) -> None:
    assert "None yet" in run("list").output


def test_a_reason_that_is_none_is_refused_with_those_there_are(own: Company) -> None:
    said = run("add", "--what", "It works", "--reason", "bad_weather")
    assert said.exit_code == 2
    assert "technical_reliability" in said.output


def test_an_empty_improvement_is_refused(own: Company) -> None:
    said = run("add", "--what", "", "--reason", "price", "--yes")
    assert isinstance(said.exception, FarewellError)
    assert count_recorded(own) == 0
