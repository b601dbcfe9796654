"""Whatever may change whether or when somebody is written to has them looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.console.flags import Mark, mark_customer, unmark_customer
from bot.conversations.announcer import Announcer
from bot.conversations.consents import agree_by_email, keep_chat, set_consent
from bot.conversations.corrections import correct_reasons
from bot.conversations.data_requests import DataRequests
from bot.conversations.handoff import HandoffService
from bot.conversations.opt_out import OptOutService
from bot.conversations.policy_versions import import_policy, take_in
from bot.retention.channels import Channel
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchKind, TouchState
from bot.storage.tables import ContactPoint, Conversation, Customer, ExitInterview, PlannedTouch
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.conftest import FixedClock
from tests.gateway import make_settings
from tests.offers import Desk
from tests.stack import ROOT

LONG = timedelta(days=100)


@dataclass
class House:
    """Ada, who is known and in an interview, and all who may do something with her."""

    database: Database
    clock: FixedClock

    def __post_init__(self) -> None:
        self.desk = Desk(self.database, self.clock)
        self.mara = self.desk.hire()
        self.ada = self.desk.know(
            contact_points=[
                ContactPoint(channel=Channel.EMAIL, address="ada@example.org", reachable=True, created_at=self.clock())
            ]
        )
        self.desk.begin(customer_id=self.ada)
        self.handoff = HandoffService(self.database, Announcer(), self.clock)
        self.opt_outs = OptOutService(self.database, make_settings(), self.clock)
        self.data_requests = DataRequests(self.database, self.clock)

    def let_rest(self) -> None:
        """Nobody has to look at her for long."""
        self.clock.move(minutes=5)
        with self.database.write() as work:
            ada = work.customers.find(self.ada)
            assert ada is not None
            ada.look_at = self.clock() + LONG
            work.commit()

    def is_looked_at(self) -> bool:
        with self.database.read() as work:
            look_at = work.session.scalar(select(Customer.look_at).where(Customer.id == self.ada))
            return look_at is not None and look_at <= self.clock()

    def write(self, what: Callable[[UnitOfWork, Conversation, ExitInterview], object]) -> None:
        with self.database.write() as work:
            interview = work.interviews.find("c1")
            assert interview is not None
            what(work, work.conversations.get("c1", lock=True), interview)
            work.commit()

    def plan(self) -> None:
        now = self.clock()
        touch = PlannedTouch(
            id="t1",
            customer_id=self.ada,
            key="step.1",
            kind=TouchKind.CHECK_IN,
            state=TouchState.PLANNED,
            wanted_at=now + LONG,
            due_at=now + LONG,
            planned_at=now,
            changed_at=now,
            rule="winback.plans.price.1",
            because="winback.plans.price.1",
            policy_version=1,
        )
        with self.database.write() as work:
            work.session.add(touch)
            work.commit()


@pytest.fixture
def house(sqlite_database: Database, clock: FixedClock) -> House:
    return House(sqlite_database, clock)


HAPPENINGS: dict[str, tuple[Callable[[House], object], Callable[[House], object]]] = {
    "an interview ends": (lambda house: None, lambda house: house.desk.interviews.finish("c1")),
    "they skip and cancel": (lambda house: None, lambda house: house.desk.interviews.skip("c1")),
    "they stay": (lambda house: None, lambda house: house.desk.interviews.stay("c1")),
    "they tell of a hardship": (lambda house: None, lambda house: house.desk.interviews.note_trouble("c1")),
    "they agree to be written to": (
        lambda house: None,
        lambda house: house.write(
            lambda work, talk, _: set_consent(work, talk, Channel.EMAIL, True, "May we?", house.clock())
        ),
    ),
    "they type an address they agree to": (
        lambda house: None,
        lambda house: house.write(
            lambda work, talk, it: agree_by_email(work, talk, it, "new@example.org", "May we?", house.clock())
        ),
    ),
    "they go on in a chat": (
        lambda house: None,
        lambda house: house.write(
            lambda work, talk, _: keep_chat(work, talk, Channel.TELEGRAM, "70044718", house.clock())
        ),
    ),
    "they opt out": (lambda house: None, lambda house: house.opt_outs.opt_out("c1")),
    "they take their opt-out back": (
        lambda house: house.opt_outs.opt_out("c1"),
        lambda house: house.opt_outs.lift("c1"),
    ),
    "they decline an offer": (
        lambda house: (house.desk.leave_over(Reason.PRICE), house.desk.propose()),
        lambda house: house.desk.answer(yes=False),
    ),
    "they accept an offer": (
        lambda house: (house.desk.leave_over(Reason.PRICE), house.desk.propose()),
        lambda house: house.desk.answer(yes=True),
    ),
    "they ask for a person": (lambda house: None, lambda house: house.handoff.request("c1")),
    "staff write to them": (lambda house: None, lambda house: house.handoff.reply("c1", house.mara, "Hello")),
    "staff hand them back": (
        lambda house: house.handoff.request("c1"),
        lambda house: house.handoff.hand_back("c1", house.mara),
    ),
    "staff correct their reason": (
        lambda house: None,
        lambda house: correct_reasons(house.database, "c1", [Reason.PRICE], "Mara", house.clock()),
    ),
    "staff flag them": (
        lambda house: None,
        lambda house: mark_customer(house.database, "c1", Mark.FLAGGED, "Mara", house.clock()),
    ),
    "staff take the flag back": (
        lambda house: mark_customer(house.database, "c1", Mark.FLAGGED, "Mara", house.clock()),
        lambda house: unmark_customer(house.database, "c1", Mark.FLAGGED, "Mara", house.clock()),
    ),
    "staff note that they complain": (
        lambda house: None,
        lambda house: mark_customer(house.database, "c1", Mark.DISPUTED, "Mara", house.clock()),
    ),
    "their complaint is settled": (
        lambda house: mark_customer(house.database, "c1", Mark.DISPUTED, "Mara", house.clock()),
        lambda house: unmark_customer(house.database, "c1", Mark.DISPUTED, "Mara", house.clock()),
    ),
    "a conversation of theirs is erased": (lambda house: None, lambda house: house.data_requests.erase("c1")),
}


@pytest.mark.parametrize("what", HAPPENINGS)
def test_somebody_is_looked_at_when(house: House, what: str) -> None:
    before, happens = HAPPENINGS[what]
    before(house)
    house.let_rest()
    happens(house)
    assert house.is_looked_at(), what


@pytest.mark.parametrize(("decision", "conversation"), [("confirm", "c2"), ("refuse", "c3")])
def test_a_visitor_is_looked_at_when_staff_decide_about_what_they_took(
    house: House, decision: str, conversation: str
) -> None:
    with house.database.write() as work:
        visitor = Customer(created_at=house.clock())
        work.customers.add(visitor)
        house.ada = visitor.id
        work.commit()
    house.desk.begin(conversation)
    with house.database.write() as work:
        work.conversations.get(conversation, lock=True).customer_id = house.ada
        work.commit()
    house.desk.leave_over(Reason.PRICE, conversation)
    house.desk.propose(conversation)
    house.desk.answer(yes=True, conversation_id=conversation)
    house.let_rest()
    getattr(house.desk.offers, decision)(conversation, house.mara)
    assert house.is_looked_at()


def test_a_trial_has_nobody_looked_at(house: House) -> None:
    house.desk.begin("c2", customer_id=house.ada, trial=True)
    house.let_rest()
    house.desk.interviews.finish("c2")
    assert not house.is_looked_at()


def test_when_another_policy_rules_those_for_whom_something_is_planned_are_looked_at(
    house: House, tmp_path: Path
) -> None:
    file, other = tmp_path / "policy.yml", tmp_path / "other.yml"
    text = (ROOT / "policy.yml").read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    take_in(house.database, file, house.clock())
    house.plan()
    house.let_rest()
    take_in(house.database, file, house.clock())
    assert not house.is_looked_at()
    other.write_text(text.replace("version: 1\n", "version: 2\n"), encoding="utf-8")
    import_policy(house.database, other, file, house.clock())
    assert house.is_looked_at()
    house.let_rest()
    file.write_text(text.replace("version: 1\n", "version: 3\n"), encoding="utf-8")
    take_in(house.database, file, house.clock())
    assert house.is_looked_at()


def test_another_policy_has_nobody_looked_at_for_whom_nothing_is_planned(house: House, tmp_path: Path) -> None:
    file = tmp_path / "policy.yml"
    house.let_rest()
    file.write_text((ROOT / "policy.yml").read_text(encoding="utf-8"), encoding="utf-8")
    take_in(house.database, file, house.clock())
    assert not house.is_looked_at()
