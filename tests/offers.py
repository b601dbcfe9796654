"""Brings an interview to its offer, for tests: who leaves, over what, and what they say to it."""

from __future__ import annotations

from datetime import datetime

from bot.conversations.announcer import Announcer
from bot.conversations.interviews import InterviewService
from bot.conversations.offers import Offer, OfferService
from bot.conversations.policy import load_policy
from bot.retention.interview import Question, Standing
from bot.retention.policy import Policy
from bot.retention.reading import Reading
from bot.retention.reasons import Reason
from bot.storage.tables import Author, Customer, OfferGrant, StaffUser
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.interviews import FakeClassifier, add_conversation, say


class Desk:
    """The services around an offer, and everything a test wants of them."""

    def __init__(self, database: Database, clock: FixedClock, policy: Policy | None = None) -> None:
        self.database, self.clock, self.policy = database, clock, policy or load_policy()
        self.interviews = InterviewService(database, FakeClassifier(), clock, self.policy)
        self.offers = OfferService(database, self.policy, Announcer(), clock)

    def know(self, external_id: str = "ada", monthly_value: int = 3900, **known: object) -> int:
        """Add a customer whom the company's system knows."""
        with self.database.write() as work:
            customer = Customer(
                external_id=external_id,
                monthly_value=monthly_value,
                currency="EUR",
                created_at=self.clock(),
                **known,
            )
            work.customers.add(customer)
            work.commit()
            return customer.id

    def begin(self, conversation_id: str = "c1", customer_id: int | None = None, *, trial: bool = False) -> str:
        """Begin an interview, with a customer for whom the company's site vouches if one is named."""
        add_conversation(self.database, self.clock(), conversation_id, trial=trial)
        self.vouch(conversation_id, customer_id)
        self.interviews.begin(conversation_id)
        return conversation_id

    def vouch(self, conversation_id: str, customer_id: int | None, at: datetime | None = None) -> None:
        with self.database.write() as work:
            conversation = work.conversations.get(conversation_id, lock=True)
            conversation.customer_id = customer_id
            conversation.vouched_at = (at or self.clock()) if customer_id else None
            work.commit()

    def leave_over(self, reason: Reason, conversation_id: str = "c1", probe: str = "skip") -> Standing:
        """Answer everything up to the offer."""
        answers = {
            Question.REASON: (Reading(tapped=reason), "tapped"),
            Question.PROBE: (Reading(skipped=probe == "skip"), probe),
            Question.KEPT: (Reading(skipped=True), "skip"),
            Question.LIKELIHOOD: (Reading(value=5), "5"),
        }
        for question, (reading, text) in answers.items():
            standing = self.interviews.record_answer(conversation_id, question, reading, text)
        return standing

    def propose(self, conversation_id: str = "c1") -> Offer:
        offer = self.offers.propose(conversation_id)
        assert offer is not None
        return offer

    def answer(self, yes: bool, conversation_id: str = "c1") -> Standing:
        return self.interviews.record_answer(
            conversation_id, Question.OFFER, Reading(value=int(yes)), "yes" if yes else "no"
        )

    def grant(self, conversation_id: str = "c1") -> OfferGrant:
        with self.database.read() as work:
            found = work.offers.find_in(conversation_id)
            assert found is not None
            work.session.expunge_all()
            return found

    def hire(self, name: str = "Mara") -> StaffUser:
        with self.database.write() as work:
            user = StaffUser(name=name, password_hash="-", created_at=self.clock())
            work.staff.add(user)
            work.commit()
            work.session.expunge(user)
            return user

    def hear(self, text: str, response: str, conversation_id: str = "c1") -> None:
        """Let the bot have said something."""
        say(self.database, self.clock(), text, conversation_id=conversation_id, author=Author.BOT, response=response)
