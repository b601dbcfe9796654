"""`make demo-data`: invented customers with a past, on whom winning back can be tried without waiting for weeks."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.conversations.opt_out import OptOutService
from bot.conversations.policy import load_policy
from bot.demo.biographer import Biographer
from bot.demo.cast import invent, list_daytime_zones
from bot.demo.demo_data import DemoData, RealCustomersHere
from bot.demo.interviewer import Interviewer
from bot.demo.mail_setup import set_up_mail_folder
from bot.demo.outlook import Outlook, Prospect, write_prospects
from bot.demo.personas import People, Persona, read_people
from bot.demo.time_travel import LeftNoAddress, MayBeReal, NobodyThere, OnlyATrial, TimeTravel
from bot.demo.touched import Correspondent
from bot.demo.words import BotWords
from bot.intake.desk import Desk
from bot.outreach.persons import Persons
from bot.outreach.planner import Planner
from bot.retention.channels import Channel
from bot.retention.facts import FactKind
from bot.retention.policy import Policy
from bot.retention.reasons import Reason
from bot.retention.winback.calendar import find_opening
from bot.retention.winback.touches import TouchKind
from bot.storage.database import Base
from bot.storage.tables import Conversation, Customer, ExitInterview, Outcome
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.gateway import make_settings
from tests.interviews import FakeClassifier
from tests.touches import Leaver

PEOPLE = read_people()
SOME = tuple(
    one
    for one in PEOPLE.customers
    if one.name
    in (*("Maya Brennan", "Jonas Weber", "Henry Adeyemi", "Ada Bergström", "Hannah Fischer"), *("Ruth Abernathy",))
    or one.end in ("saved", "opted_out", "handoff")
    or one.back
    or any(heard.improvement for heard in one.heard)
)
SETTINGS = make_settings(mail_folder=Path("var/mail"))
STAYS = {"alembic_version", "audit_log", "erasures", "policy_versions"}
"""What is kept on purpose: the log of what operators did, and what Rasa is to forget."""


def read_policy() -> Policy:
    """Return the policy that comes along, with nobody held out: that is chance."""
    policy = load_policy()
    return replace(policy, winback=replace(policy.winback, holdout=0))


def make_reader() -> FakeClassifier:
    known = {one.says: {one.reason: 0.95} for one in PEOPLE.customers if one.says and one.reason}
    return FakeClassifier(known, facts={"pause button": FactKind.FEATURE})


class Demo:
    """The demo data on a database, with a policy of its own."""

    def __init__(self, database: Database, clock: FixedClock, people: People = PEOPLE) -> None:
        self.database, self.clock, self.policy, self.people = database, clock, read_policy(), people
        self.opt_outs = OptOutService(database, SETTINGS, clock)
        self.persons = Persons(SETTINGS, self.policy, self.opt_outs)
        self.data = DemoData(database, self.policy, people, self.opt_outs, clock)

    def fill(self, how_many: int | None = None) -> int:
        words = BotWords(SETTINGS)
        biographer = Biographer(
            self.database,
            Desk(self.database, self.policy, self.clock),
            Interviewer(self.database, SETTINGS, self.policy, make_reader(), words),
            Correspondent(self.database, SETTINGS, self.policy, words),
        )
        return self.data.fill(lambda: biographer, how_many or len(self.people.customers), 1)

    def foresee(self) -> dict[str, Prospect]:
        outlook = Outlook(self.database, self.policy, self.persons, self.clock)
        return {one.external_id: one for one in outlook.foresee(self.data.list_here().values())}

    def count_rows(self) -> dict[str, int]:
        with self.database.read() as work:
            return {
                table.name: work.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
                if table.name not in STAYS
            }


@pytest.fixture
def demo(database: Database, clock: FixedClock) -> Demo:
    """A few people to whom everything has happened that can."""
    return Demo(database, clock, PEOPLE.model_copy(update={"customers": SOME}))


@pytest.fixture(scope="module")
def template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all fifty."""
    path = tmp_path_factory.mktemp("demo") / "filled.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    assert Demo(database, FixedClock()).fill() == 50
    database.close()
    return path


@pytest.fixture
def filled(template: Path, tmp_path: Path, clock: FixedClock) -> Iterator[Demo]:
    path = tmp_path / "filled.db"
    shutil.copy(template, path)
    database = Database(f"sqlite:///{path}")
    yield Demo(database, clock)
    database.close()


def list_expected() -> dict[str, Persona]:
    return {f"demo-{number:04}": one for number, one in enumerate(PEOPLE.customers, 1)}


def test_there_are_fifty_who_left_for_every_reason_and_ended_in_every_way() -> None:
    assert len(PEOPLE.customers) == 50
    assert {one.reason for one in PEOPLE.customers} == {*Reason, None}
    assert {one.end for one in PEOPLE.customers} == {
        *("left", "saved", "skipped", "abandoned", "opted_out", "sensitive", "handoff")
    }
    assert {one.consent for one in PEOPLE.customers} == {"email", "phone", "refused", "none"}
    assert {one.hears for one in PEOPLE.customers} >= {*TouchKind, "nothing"} - {TouchKind.THANKS}
    assert all(one.days is None or one.days > 30 for one in PEOPLE.customers if one.heard)


def test_each_hears_what_fits_them_and_nobody_else_hears_anything(filled: Demo) -> None:
    found = filled.foresee()
    for external_id, persona in list_expected().items():
        prospect = found.get(external_id)
        is_due = prospect is not None and not prospect.for_staff
        is_due = is_due and (prospect.at is None or prospect.at < filled.clock() + timedelta(hours=24))
        heard = prospect.kind if is_due and prospect is not None else "nothing"
        assert heard == persona.hears, persona.name


def test_the_planner_claims_within_one_look_what_was_foreseen_for_now(filled: Demo) -> None:
    at_once = {one.external_id: one.kind for one in filled.foresee().values() if one.at is None}
    ids = {number: external_id for external_id, number in filled.data.list_here().items()}
    tick = Planner(filled.database, filled.policy, filled.persons, filled.clock).tick()
    assert {ids[one.customer_id]: one.touch.kind for one in tick.claimed} == at_once
    assert Counter(at_once.values()).keys() >= set(TouchKind) - {TouchKind.THANKS}


def test_more_of_them_have_other_names_and_addresses(demo: Demo) -> None:
    demo.fill(2)
    assert demo.fill(3) == 1
    wanted = invent(PEOPLE.customers, 120, 1, demo.clock(), demo.policy.winback)
    assert len({one.email for one in wanted}) == 120
    assert wanted[50].name != wanted[0].name


def test_doing_it_twice_adds_nothing_and_removing_them_leaves_nothing_behind(demo: Demo) -> None:
    before = demo.count_rows()
    demo.fill()
    after = demo.count_rows()
    assert demo.fill() == 0
    assert demo.count_rows() == after
    assert demo.data.remove() == len(SOME)
    assert demo.count_rows() == before
    assert demo.data.remove() == 0


def test_removing_them_leaves_everybody_else_as_they_are(demo: Demo) -> None:
    Leaver(Reason.PRICE, "too dear").leave(demo.database, demo.clock())
    before = demo.count_rows()
    demo.fill(4)
    demo.data.remove()
    assert demo.count_rows() == before


def test_whoever_was_only_half_written_down_is_written_anew(demo: Demo) -> None:
    demo.fill(3)
    whole = demo.count_rows()
    with demo.database.write() as work:
        customer = work.customers.find_by_external_id("demo-0002")
        assert customer is not None
        customer.notes = None
        work.commit()
    assert demo.fill(3) == 1
    assert demo.count_rows() == whole


def test_nobody_is_invented_beside_real_customers_unasked(demo: Demo) -> None:
    demo.data.check()
    Leaver(Reason.PRICE, "too dear").leave(demo.database, demo.clock())
    with pytest.raises(RealCustomersHere, match="--yes"):
        demo.data.check()


def test_what_they_said_became_of_them_is_on_record_and_no_company_system_is_told(filled: Demo) -> None:
    assert filled.count_rows()["deliveries"] == 0
    with filled.database.read() as work:
        interviews = work.session.scalars(sa.select(ExitInterview)).all()
        outcomes = Counter(one.outcome for one in interviews)
    assert outcomes[Outcome.SAVED] == 2
    assert outcomes[Outcome.ABANDONED] == 1
    assert outcomes[Outcome.SKIPPED] == 2
    assert None not in outcomes
    assert sum(one.sensitive for one in interviews) == 1


@pytest.mark.parametrize("hour", range(1, 24 * 7, 5))
def test_at_every_hour_but_of_sundays_somebody_may_be_written_to(hour: int) -> None:
    rules, now = read_policy().winback, datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=hour)
    [first, *_] = list_daytime_zones(now, rules)
    opens = find_opening(now, ZoneInfo(first), rules)
    if now.weekday() != 6:
        assert opens == now
    else:
        assert opens - now <= timedelta(hours=14)


def test_on_a_sunday_it_says_when_the_first_of_them_hears(demo: Demo) -> None:
    demo.clock.now = datetime(2026, 5, 3, 12, tzinfo=UTC)
    demo.fill(2)
    found = list(demo.foresee().values())
    assert all(one.at is not None for one in found)
    assert "Monday 4 May 09:00 in Auckland" in "".join(write_prospects(found, demo.clock()))


# ---- The clock that is put forward ---------------------------------------------------------------------------------


def leave_as_visitor(demo: Demo) -> int:
    """Let somebody be interviewed just now who is known to nobody."""
    leaver = Leaver(Reason.PRICE, "It got too dear for me", days_ago=0, known=False)
    customer_id = leaver.leave(demo.database, demo.clock())
    with demo.database.write() as work:
        work.touches.look_again([customer_id], demo.clock())
        work.commit()
    demo.clock.move(minutes=1)
    Planner(demo.database, demo.policy, demo.persons, demo.clock).tick()
    return customer_id


def test_three_weeks_after_an_interview_just_now_the_check_in_is_due(demo: Demo) -> None:
    customer_id = leave_as_visitor(demo)
    travel = TimeTravel(demo.database, demo.clock)
    traveller = travel.find(None, None)
    travel.check(traveller)
    travel.move_back(traveller, 3)
    tick = Planner(demo.database, demo.policy, demo.persons, demo.clock).tick()
    assert [(one.customer_id, one.touch.kind) for one in tick.claimed] == [(customer_id, TouchKind.CHECK_IN)]
    assert tick.claimed[0].touch.wanted_at < demo.clock() - timedelta(days=6)


def test_whom_the_company_knows_is_left_alone_unless_one_is_sure(demo: Demo) -> None:
    Leaver(Reason.PRICE, "too dear").leave(demo.database, demo.clock())
    travel = TimeTravel(demo.database, demo.clock)
    with pytest.raises(MayBeReal, match="--yes"):
        travel.check(travel.find(None, None))
    leave_as_visitor(demo)
    with pytest.raises(MayBeReal):
        travel.check(travel.find(None, None))


def test_an_invented_customer_may_travel_beside_real_ones(demo: Demo) -> None:
    demo.fill(1)
    Leaver(Reason.PRICE, "too dear").leave(demo.database, demo.clock())
    travel = TimeTravel(demo.database, demo.clock)
    travel.check(travel.find("demo-0001", None))


def test_where_nobody_can_be_written_to_it_says_why(demo: Demo) -> None:
    travel = TimeTravel(demo.database, demo.clock)
    with pytest.raises(NobodyThere):
        travel.find(None, None)
    with pytest.raises(NobodyThere, match="C-9"):
        travel.find("C-9", None)
    with pytest.raises(NobodyThere, match="70044718"):
        travel.find(None, "70044718")
    for number, (trial, problem) in enumerate(((False, LeftNoAddress), (True, OnlyATrial))):
        with demo.database.write() as work:
            now, talk = demo.clock(), f"c{number}"
            work.conversations.add(
                Conversation(id=talk, channel=Channel.WEB, trial=trial, created_at=now, last_message_at=now)
            )
            work.interviews.add(ExitInterview(conversation_id=talk, started_at=now, trial=trial))
            work.commit()
        with pytest.raises(problem):
            travel.find(None, None)


def test_a_place_without_an_import_but_with_many_visitors_is_taken_for_real(demo: Demo) -> None:
    for _ in range(21):
        Leaver(Reason.PRICE, "too dear", known=False).leave(demo.database, demo.clock())
    travel = TimeTravel(demo.database, demo.clock)
    with pytest.raises(MayBeReal):
        travel.check(travel.find(None, None))


def test_every_moment_of_somebody_moves_and_their_next_look_is_now(demo: Demo) -> None:
    demo.fill(4)
    number = demo.data.list_here()["demo-0004"]
    before = read_moments(demo, number)
    travel = TimeTravel(demo.database, demo.clock)
    travel.move_back(travel.find("demo-0004", None), 2)
    assert read_moments(demo, number) == [moment - timedelta(weeks=2) for moment in before]
    with demo.database.read() as work:
        customer = work.customers.find(number)
        assert customer is not None
        assert customer.look_at == demo.clock()


def read_moments(demo: Demo, customer_id: int) -> list[datetime]:
    with demo.database.read() as work:
        customer = work.session.get(Customer, customer_id)
        assert customer is not None
        assert customer.joined_at is not None
        assert customer.cancelled_at is not None
        dealings = work.personal_data.read_dealings(customer_id)
        interview = work.touches.find_interview(customer_id)
        assert interview is not None
        assert interview.finished_at is not None
        talks = work.personal_data.list_conversation_ids(customer_id)
        said = [message.created_at for talk in talks for message in work.conversations.list_messages(talk)]
        return [
            *(customer.joined_at, customer.cancelled_at, customer.created_at, interview.finished_at),
            *(touch.wanted_at for touch in dealings.touches),
            *(touch.due_at for touch in dealings.touches),
            *(answer.answered_at for answer in interview.answers),
            *sorted(said),
        ]


# ---- Where the mails go --------------------------------------------------------------------------------------------


def test_a_folder_for_mails_is_written_into_env_once_and_only_where_nothing_is_set_up(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("SECRET_KEY=x\nMAIL_FOLDER=\nPORT=8000\n")
    env.chmod(0o600)
    nothing = make_settings()
    assert set_up_mail_folder(nothing, env)
    assert env.read_text() == "SECRET_KEY=x\nMAIL_FOLDER=var/mail\nPORT=8000\n"
    assert env.stat().st_mode & 0o777 == 0o600
    assert not set_up_mail_folder(make_settings(mail_folder=Path("var/mail")), env)
    assert not set_up_mail_folder(make_settings(smtp_host="mail.example"), env)
    assert not set_up_mail_folder(nothing, tmp_path / "none")


def test_a_settings_file_of_an_older_version_gets_the_line_too(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("SECRET_KEY=x")
    assert set_up_mail_folder(make_settings(), env)
    assert env.read_text() == "SECRET_KEY=x\nMAIL_FOLDER=var/mail\n"
