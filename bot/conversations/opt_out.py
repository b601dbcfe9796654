"""Never write to me again: suppresses every address of a person, at once, and takes it back only at their own word.

It must not be told to lift anything by staff or an import; there is no such way in.
"""

from __future__ import annotations

import hmac
from datetime import datetime

from bot.clock import Clock
from bot.conversations.consents import CONVERSATION, OPT_OUT, REPLACED, list_contact_points, write_consent
from bot.conversations.interviews import close
from bot.conversations.recognition import find_vouched_customer
from bot.conversations.trials import get_or_make
from bot.settings import Settings
from bot.storage.tables import Channel, Conversation, EndedBy, Outcome
from bot.storage.unit_of_work import Database, UnitOfWork

CONFIRMATION = "utter_opt_out_confirmed"
LIFT_WORDING = "utter_ask_opt_out_lift"


class OptOutService:
    """Suppresses people and lets them come back."""

    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._database = database
        self._key = settings.secret_key.get_secret_value().encode()
        self._clock = clock

    def opt_out(self, conversation_id: str) -> bool:
        """Suppress every contact point of this person, and this conversation; end an open interview.

        Return whether to confirm it: once, and again only if the confirmation never reached them.
        """
        now = self._clock()
        with self._database.write() as work:
            conversation = get_or_make(work, conversation_id, now)
            if conversation.opted_out_at is None:
                conversation.opted_out_at = now
            source = self._name_source(work, conversation)
            for contact_hash in self._hash_contacts(work, conversation):
                work.suppressions.add(contact_hash, source, now)
            for point in list_contact_points(work, conversation):
                if point.consent is not False:
                    write_consent(point, False, OPT_OUT, None, now)
            interview = work.interviews.find(conversation_id)
            if interview is not None and interview.outcome in (None, Outcome.ABANDONED):
                close(work, interview, Outcome.SKIPPED, EndedBy.OPT_OUT, now)
            work.touches.look_again([conversation.customer_id], now)
            confirmed = work.conversations.find_last_response(conversation_id, CONFIRMATION)
            work.commit()
            return confirmed is None or confirmed.created_at < conversation.opted_out_at

    def is_opted_out(self, conversation_id: str) -> bool:
        """Tell whether the person in this conversation wants no messages."""
        with self._database.read() as work:
            conversation = work.conversations.find(conversation_id)
            return conversation is not None and conversation.opted_out_at is not None

    def lift(self, conversation_id: str) -> None:
        """Take the opt-out back, because the person said yes to it in this conversation.

        Only what was suppressed here is lifted, or by the same customer where the company's site vouches for them:
        whoever types somebody else's address here cannot undo what that person asked for elsewhere.
        """
        now = self._clock()
        with self._database.write() as work:
            conversation = work.conversations.get(conversation_id, lock=True)
            if conversation.opted_out_at is None:
                return
            conversation.opted_out_at = None
            work.suppressions.lift(self._hash_contacts(work, conversation), self._name_source(work, conversation))
            asked = work.conversations.find_last_response(conversation_id, LIFT_WORDING)
            for point in list_contact_points(work, conversation):
                if point.consent_source != REPLACED:
                    write_consent(point, True, CONVERSATION, asked.text if asked else None, now)
            work.touches.look_again([conversation.customer_id], now)
            work.commit()

    def carry_over(self, work: UnitOfWork, conversation: Conversation, now: datetime) -> None:
        """Let a new conversation begin opted out if its vouched customer has opted out before, on whichever device."""
        known = self._hash_contacts(work, conversation)
        if conversation.opted_out_at is None and any(work.suppressions.holds(contact) for contact in known):
            conversation.opted_out_at = now

    def hash_contact(self, channel: Channel, address: str) -> str:
        """Return the keyed hash under which an address is suppressed; case and surrounding space make no difference."""
        return self._hash(f"{channel.value}:{address.strip().casefold()}")

    def _hash_contacts(self, work: UnitOfWork, conversation: Conversation) -> list[str]:
        points = list_contact_points(work, conversation)
        customer = find_vouched_customer(work, conversation)
        return [
            # A conversation is its own address on the web, whichever channel it has moved to since.
            self.hash_contact(Channel.WEB, conversation.id),
            *(self.hash_contact(point.channel, point.address) for point in points),
            *([self.hash_customer(customer.external_id)] if customer else []),
        ]

    def _name_source(self, work: UnitOfWork, conversation: Conversation) -> str:
        # A customer who is vouched for may take back in any conversation what they asked for in another one.
        customer = find_vouched_customer(work, conversation)
        return f"customer {self.hash_customer(customer.external_id)}" if customer else f"conversation {conversation.id}"

    def hash_customer(self, external_id: str | None) -> str:
        """Return the keyed hash under which a customer is suppressed whom the company's own system knows."""
        return self._hash(f"customer:{external_id}")

    def _hash(self, contact: str) -> str:
        return hmac.digest(self._key, contact.encode(), "sha256").hex()
