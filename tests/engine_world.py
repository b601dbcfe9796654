"""The simulated world with the real outreach under it: planner, touches, turns, letters, calls and gate on a database.

What happens to a customer is written into the database as it would be; what is planned, claimed and sent is read from
there. It must not hold a rule, nor decide anything.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.conversations.announcer import Announcer
from bot.conversations.calls import CallService
from bot.conversations.consents import EXIT_INTERVIEW, write_consent
from bot.conversations.copy import GatewayCopy
from bot.conversations.handoff import HandoffService
from bot.conversations.letter_book import Gate, LetterBook, Verdict, set_reachable
from bot.conversations.opt_out import OptOutService
from bot.conversations.policy import POLICY_FILE, load_policy
from bot.conversations.rasa import RasaReply
from bot.conversations.touches import TouchService, find_trigger
from bot.conversations.turn_book import TurnBook
from bot.outreach.persons import Persons
from bot.outreach.planner import Planner
from bot.outreach.simulation import happenings
from bot.outreach.simulation.happenings import Happening, What
from bot.outreach.simulation.lines import Line
from bot.outreach.simulation.people import PLACES, Customer
from bot.outreach.simulation.reactions import react
from bot.outreach.simulation.world import ARRIVED, FAILED, UNKNOWN, World
from bot.retention.channels import Channel
from bot.retention.interview import Question
from bot.retention.leading import ReasonSource
from bot.retention.offers import GrantState
from bot.retention.policy import Place, Policy
from bot.retention.winback.person import Improvement, Lapsed
from bot.retention.winback.review import Review
from bot.retention.winback.touches import Touch, TouchAnswer, TouchKind, TouchState, WelcomeBackOffer
from bot.storage import tables
from bot.storage.tables import Author, Conversation, LetterState, OfferGrant, PlannedTouch, StaffUser
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.conftest import FixedClock
from tests.gateway import make_settings

_OURS = load_policy(POLICY_FILE)
POLICY = replace(_OURS, places=tuple(map(Place, PLACES)), winback=replace(_OURS.winback, thank_returned=False))
"""Ours, with places, so that it can be found where somebody has moved to. The judge knows no thanks."""
SETTINGS = make_settings()
SAID = [RasaReply.model_validate({"text": "Hello.", "utter": "utter_check_in", "buttons": [], "metadata": {}})]
SPANS = (60, 6 * 3_600, 20 * 3_600, 4 * 86_400)
"""A touch may have to wait for so many seconds: a moment, some hours, a night, an outage."""
WAITS = 0.4
"""So often it has to, before each step of its way."""
GRANTS = {What.ACCEPT: GrantState.ACCEPTED, What.DECLINE: GrantState.DECLINED, What.REDEEM: GrantState.REDEEMED}
ANSWERS = {state: happenings.ANSWERS[what] for what, state in GRANTS.items()}
IN_WRITING = (Channel.TELEGRAM, Channel.EMAIL)


class KnowableWorld(World):
    """The world, as far as a company can know it: who is held out is chance by a keyed hash, nobody moves to the place
    they are with already, and an offer counts as taken from the moment it is accepted."""

    def __init__(self, policy: Policy, customers: int, days: int, seed: int, start: datetime, **how: object) -> None:
        super().__init__(policy, customers, days, seed, start, **how)  # type: ignore[arg-type]
        self._persons = Persons(SETTINGS, policy, OptOutService(Database("sqlite://"), SETTINGS, lambda: start))
        for _, _, whom, _ in self._heap:
            if isinstance(whom, Customer):
                whom.person = replace(whom.person, holdout=self._persons.is_held_out(_Named(whom.name)))  # type: ignore[arg-type]
                _leave_home(whom)

    def _change(self, customer: Customer, happening: Happening, now: datetime) -> Iterator[Line]:
        before = customer.person
        for line in super()._change(customer, happening, now):
            _leave_home(customer)
            yield line
        if happening.what is What.ACCEPT and customer.person is not before:
            customer.redeemed_at = now


class EngineWorld(KnowableWorld):
    """The same world, in which the real planner decides and the real services send. With `late`, many touches wait on
    their way, for a bot or a channel that is away, while life goes on. `gate` is asked in place of the planner."""

    def __init__(
        self,
        database: Database,
        policy: Policy,
        customers: int,
        days: int,
        seed: int,
        start: datetime,
        *,
        late: bool = False,
        gate: Gate | None = None,
    ) -> None:
        super().__init__(policy, customers, days, seed, start, reviewing=self._review)
        self._database, self._late = database, late
        self._clock = clock = FixedClock()
        self._announcer = announcer = Announcer()
        self._opt_outs = OptOutService(database, SETTINGS, clock)
        self._persons = Persons(SETTINGS, policy, self._opt_outs)
        self._planner = Planner(database, policy, self._persons, clock)
        gate = gate or self._planner.ask
        self._touches = TouchService(database, announcer, clock)
        self._turns = TurnBook(database, GatewayCopy(SETTINGS), clock)
        self._books = {channel: LetterBook(database, channel, clock, gate) for channel in IN_WRITING}
        self._calls = CallService(database, gate, policy.winback, clock)
        self._handoff = HandoffService(database, announcer, clock)
        self._ids: dict[str, int] = {}
        self._tried: set[str] = set()
        with database.write() as work:
            self._staff = StaffUser(name="Robin", password_hash="-", created_at=start)
            work.staff.add(self._staff)
            work.commit()

    # ---- What happens is written down --------------------------------------------------------------------------------

    def _tell(self, improvement: Improvement) -> Iterator[Line]:
        with self._database.write() as work:
            work.session.add(
                tables.RecordedImprovement(
                    id=improvement.id,
                    what="-",
                    reasons=sorted(improvement.reasons),
                    place=improvement.place,
                    told_at=improvement.told_at,
                    recorded_by="Robin",
                )
            )
            work.commit()
        return super()._tell(improvement)

    def _change(self, customer: Customer, happening: Happening, now: datetime) -> Iterator[Line]:
        self._clock.now = now
        if isinstance(happening, OnItsWay):
            yield from self._go_on(customer, happening, now)
            return
        before = customer.person
        lines = list(super()._change(customer, happening, now))
        if happening.what is What.LEAVE:
            if lines:
                self._write_leaving(customer, now)
        elif customer.person is not before:
            self._write_happening(customer, happening, now)
        yield from lines
        if happening.what is What.BLOCK and customer.name in self._ids:
            # What was on its way there is given up.
            yield from self._take(customer, self._read(customer), now)

    def _write_leaving(self, customer: Customer, now: datetime) -> None:
        person = customer.person
        with self._database.write() as work:
            known = work.customers.find_by_external_id(customer.name)
            row = known or tables.Customer(external_id=customer.name, created_at=now)
            row.timezone, row.place, row.cancelled_at = customer.timezone, person.home, person.left_at
            row.monthly_value, row.currency = person.monthly_value, person.currency
            if known is None:
                row.contact_points = [
                    tables.ContactPoint(
                        channel=contact.channel,
                        address=_write_address(customer, contact.channel),
                        consent=contact.consent,
                        created_at=now,
                    )
                    for contact in person.contacts
                ]
                work.customers.add(row)
            if person.reasons:
                work.interviews.add(_write_interview(row.id, person))
            work.commit()
        self._ids[customer.name] = row.id

    def _write_happening(self, customer: Customer, happening: Happening, now: datetime) -> None:
        what, channel = happening.what, happening.channel
        if what in (What.OPT_OUT, What.SAID, What.HANDOFF_START):
            talk = self._say(customer, now, is_word=what is not What.HANDOFF_START)
            if what is What.OPT_OUT:
                self._opt_outs.opt_out(talk)
            elif what is What.HANDOFF_START:
                self._handoff.request(talk)
            return
        if what is What.HANDOFF_END:
            for talk in self._list_talks(customer):
                self._handoff.hand_back(talk, self._staff)
            return
        with self._database.write() as work:
            row = work.customers.find(self._ids[customer.name])
            assert row is not None
            match what:
                case What.BLOCK | What.UNBLOCK if channel:
                    set_reachable(work, channel, _write_address(customer, channel), what is What.UNBLOCK, now)
                case What.CONSENT:
                    point = next(point for point in row.contact_points if point.channel is channel)
                    write_consent(point, happening.granted is True, EXIT_INTERVIEW, None, now)
                case What.SUPPRESS:
                    point = min(row.contact_points, key=lambda point: point.id)
                    work.suppressions.add(self._opt_outs.hash_contact(point.channel, point.address), "test", now)
                case What.FLAG:
                    row.flagged_at = now
                case What.COMPLAINT:
                    row.disputed_at = now
                case What.RETURN:
                    work.session.add(tables.Return(customer_id=row.id, at=now))
                case What.MOVE:
                    row.timezone = happening.timezone
                    interviews = work.session.scalars(
                        select(tables.ExitInterview).where(tables.ExitInterview.customer_id == row.id)
                    )
                    for interview in interviews:
                        interview.answers[0].text = _tell_where(customer.person)
                case _:
                    touch = work.touches.find_planned(row.id, happening.offer or "")
                    grant = work.touches.find_offer(touch) if touch else None
                    assert grant is not None
                    grant.state, grant.decided_at = GRANTS[what], now
            work.commit()

    def _say(self, customer: Customer, now: datetime, *, is_word: bool) -> str:
        """Let somebody write to us where we wrote to them last, or on the web; return the conversation."""
        talks = self._list_talks(customer)
        with self._database.write() as work:
            if talks:
                talk = work.conversations.get(talks[-1], lock=True)
            else:
                talk = Conversation(
                    id=str(uuid.uuid4()),
                    channel=Channel.WEB,
                    customer_id=self._ids[customer.name],
                    created_at=now,
                    last_message_at=now,
                )
                work.conversations.add(talk)
            if is_word:
                work.conversations.add_message(talk, Author.CUSTOMER, "-", now)
            work.commit()
            return talk.id

    def _list_talks(self, customer: Customer) -> list[str]:
        with self._database.read() as work:
            query = select(Conversation.id).where(
                Conversation.customer_id == self._ids[customer.name], Conversation.channel != Channel.PHONE
            )
            return list(work.session.scalars(query.order_by(Conversation.created_at, Conversation.id)))

    # ---- The planner looks -------------------------------------------------------------------------------------------

    def _look(self, customer: Customer, now: datetime) -> Iterator[Line]:
        self._clock.now, self._whom = now, customer
        return super()._look(customer, now)

    def _review(self, person: Lapsed, policy: Policy, improvements: Sequence[Improvement], now: datetime) -> Review:
        """Let the planner look at the customer whose turn it is, and at nobody else."""
        customer_id = self._ids[self._whom.name]
        with self._database.write() as work:
            work.lapsed.set_looks({customer_id: self._start - timedelta(days=1)})
            work.commit()
        tick = self._planner.tick(1)
        assert tick.looked_at == 1
        assert all(claimed.customer_id == customer_id for claimed in tick.claimed)
        with self._database.read() as work:
            row = work.customers.find(customer_id)
            assert row is not None
            return Review(tuple(self._read(self._whom)), row.look_at)

    def _read(self, customer: Customer) -> list[Touch]:
        """Return the touches that stand otherwise in the database than they did. What nobody has tried to send counts
        as skipped."""
        known = {touch.key: touch for touch in customer.person.touches}
        query = (
            select(PlannedTouch, OfferGrant)
            .outerjoin(OfferGrant, OfferGrant.id == PlannedTouch.grant_id)
            .where(PlannedTouch.customer_id == self._ids[customer.name])
            .order_by(PlannedTouch.planned_at, PlannedTouch.key)
        )
        with self._database.read() as work:
            rows = [(row[0], row[1]) for row in work.session.execute(query)]
        made = {row.key: grant for row, grant in rows}
        read = [self._describe(row, made, customer.person, known.get(row.key)) for row, _ in rows]
        return [touch for touch in read if touch != known.get(touch.key)]

    def _describe(
        self, row: PlannedTouch, made: Mapping[str, OfferGrant | None], person: Lapsed, before: Touch | None
    ) -> Touch:
        key = row.key.removeprefix("reminder.") if row.kind is TouchKind.REMINDER else row.key
        grant = made.get(key) if row.kind in (TouchKind.WELCOME_BACK, TouchKind.REMINDER) else None
        untried = row.state is TouchState.FAILED and row.id not in self._tried
        return Touch(
            key=row.key,
            kind=row.kind,
            state=TouchState.SKIPPED if untried else row.state,
            leaving=person.leaving if before is None else before.leaving,
            wanted_at=row.wanted_at,
            due_at=row.due_at,
            changed_at=row.changed_at,
            rule=row.rule,
            because=row.because,
            channel=row.channel,
            improvement=row.improvement_id,
            offer=grant
            and WelcomeBackOffer(key, grant.kind, grant.worth, grant.deadline, grant.rule, ANSWERS.get(grant.state)),
        )

    # ---- What was claimed is sent ------------------------------------------------------------------------------------

    def _send(self, customer: Customer, touch: Touch, now: datetime) -> Touch:
        """Carry a claimed touch out as far as it comes."""
        self._carry_out(customer, touch.key, now)
        (found,) = [one for one in self._read(customer) if one.key == touch.key] or [touch]
        return found

    def _go_on(self, customer: Customer, way: OnItsWay, now: datetime) -> Iterator[Line]:
        self._carry_out(customer, way.key, now)
        yield from self._take(customer, self._read(customer), now)
        self._look_at(customer, now)

    def _carry_out(self, customer: Customer, key: str, now: datetime) -> None:
        """Do what comes next with a touch that is under way, and then the next, unless it has to wait."""
        while (touch := self._find(customer, key)).state is TouchState.CLAIMED:
            again = now
            if touch.channel is Channel.PHONE:
                again = self._call(customer, touch, now)
            elif touch.conversation_id is None or not self._has_begun(touch):
                self._touches.begin(touch.id)
            elif (due := self._turns.look(touch.conversation_id).due) is not None:
                if due.for_staff:
                    self._turns.silence(due.message_id)
                else:
                    said = SAID if self._is_trigger(touch, due.message_id) else []
                    self._turns.complete(touch.conversation_id, due.message_id, said, for_staff=False)
            else:
                again = self._post(customer, touch, now)
            if again == now and self._late and customer.random.random() < WAITS:
                again = now + timedelta(seconds=customer.random.randrange(customer.random.choice(SPANS)) + 1)
            if again > now:
                self._push(again, customer, OnItsWay(What.SAID, key=key))
                return

    def _has_begun(self, touch: PlannedTouch) -> bool:
        with self._database.read() as work:
            return find_trigger(work, touch) is not None

    def _post(self, customer: Customer, touch: PlannedTouch, now: datetime) -> datetime:
        """Let the letter of a touch leave, and return when to try again."""
        assert touch.channel is not None
        own = _write_address(customer, touch.channel)
        book = self._books[touch.channel]
        envelope = book.take_next(
            [_write_address(other, touch.channel) for other in self._customers if other != customer]
        )
        if envelope is None:
            return self._find_next_attempt(touch, now)
        assert (envelope.touch_id, envelope.address) == (touch.id, own)
        state = self._throw_dice(customer, touch, now)
        if state is TouchState.FAILED:
            book.note_refused(envelope.id, "no")
        elif state is TouchState.UNKNOWN:
            book.note_unknown(envelope.id, "cut off")
        else:
            book.note_sent(envelope.id, str(envelope.id))
        return now

    def _find_next_attempt(self, touch: PlannedTouch, now: datetime) -> datetime:
        with self._database.read() as work:
            waiting = select(tables.Letter.next_attempt_at).where(
                tables.Letter.touch_id == touch.id, tables.Letter.state == LetterState.WAITING
            )
            found = work.session.scalars(waiting).all()
        assert found or self._find_state(touch.id) is not TouchState.CLAIMED, "it is claimed, and nothing waits"
        return max([now, *found])

    def _call(self, customer: Customer, touch: PlannedTouch, now: datetime) -> datetime:
        """Let staff phone somebody, if they still may, and return when to try again."""
        verdict = self._calls.judge([touch.id])[touch.id]
        if verdict is None:
            state = self._throw_dice(customer, touch, now)
            if state is TouchState.SENT:
                self._calls.note_reached(touch.id, self._staff, TouchAnswer.OPEN)
            else:
                self._planner.settle(touch.id, state)
            return now
        self._calls.drop_stale()
        return verdict.until or now

    def _throw_dice(self, customer: Customer, touch: PlannedTouch, now: datetime) -> TouchState:
        """Return what comes of sending, as `World._send` has it, and let the customer react."""
        self._tried.add(touch.id)
        draw = customer.random.random()
        if draw < FAILED:
            return TouchState.FAILED
        unknown = draw < FAILED + UNKNOWN
        if not unknown or customer.random.random() < ARRIVED:
            claimed = next(one for one in [*self._read(customer), *customer.person.touches] if one.key == touch.key)
            self._plan(customer, react(customer, claimed, self._policy, now))
        return TouchState.UNKNOWN if unknown else TouchState.SENT

    def _find(self, customer: Customer, key: str) -> PlannedTouch:
        with self._database.read() as work:
            touch = work.touches.find_planned(self._ids[customer.name], key)
            assert touch is not None
            return touch

    def _is_trigger(self, touch: PlannedTouch, message_id: int) -> bool:
        with self._database.read() as work:
            trigger = find_trigger(work, touch)
            return trigger is not None and trigger.id == message_id

    def _find_state(self, touch_id: str) -> TouchState:
        with self._database.read() as work:
            touch = work.touches.find(touch_id)
            assert touch is not None
            return touch.state


@dataclass(frozen=True)
class OnItsWay(Happening):
    """A touch goes on its way, after having waited."""

    key: str = ""


def let_pass(work: UnitOfWork, touch_ids: Collection[str], now: datetime) -> Mapping[str, Verdict | None]:
    """Let everything leave: a gate that is no gate."""
    return dict.fromkeys(touch_ids)


@dataclass(frozen=True)
class _Id:
    external_id: str


@dataclass(frozen=True)
class _Named:
    """As much of a record as tells who it is."""

    name: str

    @property
    def customer(self) -> _Id:
        return _Id(self.name)


def _leave_home(customer: Customer) -> None:
    person = customer.person
    if person.home in person.places:
        customer.person = replace(person, places=tuple(place for place in person.places if place != person.home))


def _write_address(customer: Customer, channel: Channel) -> str:
    return f"{customer.name}.{channel.value}@example.org"


def _tell_where(person: Lapsed) -> str:
    return f"We are moving to {person.places[0]}." if person.places else "It is over."


def _write_interview(customer_id: int, person: Lapsed) -> tables.ExitInterview:
    at = person.left_at
    answered = {"state": tables.AnswerState.ANSWERED, "answered_at": at}
    answers = [tables.InterviewAnswer(question=Question.REASON, text=_tell_where(person), **answered)]
    if person.likelihood is not None:
        answers.append(tables.InterviewAnswer(question=Question.LIKELIHOOD, value=person.likelihood, **answered))
    return tables.ExitInterview(
        customer_id=customer_id,
        started_at=at,
        finished_at=at,
        outcome=tables.Outcome.LEFT,
        leading_reason=person.leading,
        sensitive=person.sensitive,
        answers=answers,
        reasons=[
            tables.StatedReason(label=reason, source=ReasonSource.INFERRED, score=0.9 - number / 10, stated_at=at)
            for number, reason in enumerate(person.reasons)
        ],
    )
