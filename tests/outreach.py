"""A company that writes to those who have left, in front of its console, for tests."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from bot.outreach.planner import Claimed
from bot.retention.channels import Channel
from bot.retention.interview import Question
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchKind, TouchState
from bot.storage.tables import (
    AnswerState,
    ContactPoint,
    Conversation,
    Customer,
    EndedBy,
    ExitInterview,
    InterviewAnswer,
    Outcome,
    PlannedTouch,
)
from bot.storage.views import ListedTouch, find_touch
from tests.console import Console

NUMBER = "+351 910 000 001"


class Company:
    """Customers who leave, and the planner, run by hand."""

    def __init__(self, console: Console) -> None:
        self.console, self.database, self.clock = console, console.database, console.clock

    def lose(
        self,
        name: str = "Ana",
        reason: Reason = Reason.PRICE,
        words: str | None = "It got too dear for me",
        *,
        channel: Channel = Channel.PHONE,
        address: str = NUMBER,
        **facts: object,
    ) -> int:
        """Let a customer leave now, who said why and agreed to hear from us on one channel; return their id."""
        now = self.clock()
        known = {"external_id": name.lower(), "monthly_value": 4900, "currency": "EUR", "timezone": "Europe/Lisbon"}
        with self.database.write() as work:
            customer = Customer(name=name, cancelled_at=now, look_at=now, created_at=now, **(known | facts))
            customer.contact_points.append(
                ContactPoint(
                    channel=channel, address=address, consent=True, consent_at=now, reachable=True, created_at=now
                )
            )
            work.customers.add(customer)
            talk = Conversation(
                id=str(uuid.uuid4()),
                channel=Channel.WEB,
                customer_id=customer.id,
                created_at=now,
                last_message_at=now,
            )
            work.conversations.add(talk)
            interview = ExitInterview(
                conversation_id=talk.id,
                customer_id=customer.id,
                started_at=now,
                finished_at=now,
                outcome=Outcome.LEFT,
                ended_by=EndedBy.FINISHED,
                leading_reason=reason,
            )
            work.interviews.add(interview)
            if words:
                said = InterviewAnswer(
                    question=Question.REASON.value, state=AnswerState.ANSWERED, text=words, answered_at=now
                )
                work.interviews.add_answer(interview, said)
            work.commit()
            return customer.id

    def wait_for(self, kind: TouchKind, days: int = 120) -> str:
        """Let time pass until a touch of this kind is claimed; whatever is claimed before is sent. Return its id."""
        for _ in range(days * 4):
            for one in self.tick():
                if one.touch.kind is kind:
                    self.come_back()
                    return one.touch_id
                self.console.planner.settle(one.touch_id, TouchState.SENT)
            self.clock.now += timedelta(hours=6)
        raise AssertionError(f"no {kind} was claimed in {days} days")

    def come_back(self) -> None:
        """Sign in anew: so much time has passed that nobody is signed in any more."""
        self.console.browser.cookies.clear()
        self.console.sign_in()

    def tick(self) -> list[Claimed]:
        """Look at everybody who is due."""
        claimed: list[Claimed] = []
        while (tick := self.console.planner.tick()).looked_at:
            claimed += tick.claimed
        return claimed

    def read(self, touch_id: str) -> ListedTouch:
        """Return a touch as it stands."""
        found = find_touch(self.database, touch_id)
        assert found is not None
        return found

    def change(self, touch_id: str, **values: object) -> None:
        """Change a touch behind everybody's back."""
        with self.database.write() as work:
            touch = work.touches.lock(touch_id)
            assert touch is not None
            for name, value in values.items():
                setattr(touch, name, value)
            work.commit()

    def change_customer(self, customer_id: int, **values: object) -> None:
        """Change a customer behind everybody's back."""
        with self.database.write() as work:
            customer = work.customers.find(customer_id)
            assert customer is not None
            for name, value in values.items():
                setattr(customer, name, value)
            work.commit()

    def add_touches(self, customer_id: int, number: int, state: TouchState, channel: Channel = Channel.EMAIL) -> None:
        """Write down so many touches at once, each a minute before the one before it."""
        now: datetime = self.clock()
        rows = [
            PlannedTouch(
                id=str(uuid.uuid4()),
                customer_id=customer_id,
                key=uuid.uuid4().hex,
                kind=TouchKind.CHECK_IN,
                state=state,
                channel=channel,
                wanted_at=now,
                due_at=now + timedelta(minutes=n),
                planned_at=now,
                changed_at=now - timedelta(minutes=n),
                rule="winback.plans.price.1",
                because="winback.plans.price.1",
                policy_version=1,
            )
            for n in range(number)
        ]
        with self.database.write() as work:
            work.session.add_all(rows)
            work.commit()
