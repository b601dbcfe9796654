"""What the e-mails of our touches lead to: why one is written, the conversation behind its link, and the end of all
messages.

It must not decide whom to write to, and a link that is only opened changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.clock import Clock
from bot.conversations.announcer import Announcer
from bot.conversations.consents import OPT_OUT, REPLACED, write_consent
from bot.conversations.copy import GatewayCopy, Sentence
from bot.conversations.inbox import Started
from bot.conversations.opt_out import OptOutService
from bot.conversations.tokens import Tokens
from bot.conversations.touch_links import DeadLink, Purpose, TouchLink, TouchLinks
from bot.conversations.touches import find_trigger
from bot.retention.channels import Channel
from bot.retention.dates import find_zone, write_day
from bot.retention.winback.touches import TouchKind
from bot.storage.tables import Author, Conversation, Customer, Message, PlannedTouch, TurnState
from bot.storage.unit_of_work import Database, UnitOfWork

log = structlog.get_logger()

UNSUBSCRIBED = "unsubscribe link"
"""The source of a suppression that stands for itself, because nothing else is known of the person any more."""


class TalkGone(DeadLink):
    """What the link led to has been deleted, or is no longer for whoever has that address."""


@dataclass(frozen=True)
class Occasion:
    """Why somebody gets an e-mail: what it is for, the day on which they agreed to it, and where its links lead."""

    kind: TouchKind
    agreed_on: str
    talk_url: str
    unsubscribe_url: str


class Correspondence:
    """Knows what is behind the links of our e-mails."""

    def __init__(
        self,
        database: Database,
        links: TouchLinks,
        tokens: Tokens,
        opt_outs: OptOutService,
        announcer: Announcer,
        copy: GatewayCopy,
        clock: Clock,
        company_zone: str | None = None,
    ) -> None:
        self._database = database
        self._links = links
        self._tokens = tokens
        self._opt_outs = opt_outs
        self._announcer = announcer
        self._copy = copy
        self._clock = clock
        self._company_zone = company_zone

    def find_occasion(self, touch_id: str, address: str) -> Occasion | None:
        """Return why somebody is written to at an address; None where they do not agree to it, or not any more."""
        with self._database.read() as work:
            touch = work.touches.find(touch_id)
            customer = work.customers.find(touch.customer_id) if touch is not None else None
            points = customer.contact_points if customer is not None else ()
            agreed = (
                point
                for point in points
                if point.channel is Channel.EMAIL and point.address == address and point.consent and point.reachable
            )
            point = next(agreed, None)
            if touch is None or customer is None or point is None:
                return None
            link = TouchLink(touch_id, self._opt_outs.hash_contact(Channel.EMAIL, address))
            zone = find_zone(customer.timezone, self._company_zone)
            return Occasion(
                kind=touch.kind,
                agreed_on=write_day(point.consent_at or point.created_at, zone, self._clock()),
                talk_url=self._links.write(Purpose.TALK, link),
                unsubscribe_url=self._links.write(Purpose.UNSUBSCRIBE, link),
            )

    def check_talk(self, token: str) -> None:
        """Return if the link leads into a conversation. It changes nothing.

        Raises:
            LinkBroken, LinkExpired, TalkGone: when it does not.
        """
        link = self._links.read(Purpose.TALK, token)
        with self._database.read() as work:
            self._find_talk(work, link)

    def open_talk(self, token: str) -> Started:
        """Let a browser into the conversation of a link. It sees the message that was mailed and what is said from then
        on: nothing shows that it is the right person's.

        Raises:
            LinkBroken, LinkExpired, TalkGone: when the link does not lead there.
        """
        link = self._links.read(Purpose.TALK, token)
        with self._database.write() as work:
            conversation, trigger = self._find_talk(work, link)
            opened = self._tokens.issue(work, conversation.id, from_position=trigger.position + 1)
            work.commit()
        log.info("talk.opened", touch=link.touch_id)
        return Started(conversation.id, opened)

    def check_unsubscribe(self, token: str) -> None:
        """Return if the link ends all messages. It changes nothing.

        Raises:
            LinkBroken: when it is not ours.
        """
        self._links.read(Purpose.UNSUBSCRIBE, token)

    def unsubscribe(self, token: str) -> None:
        """Never write to this person again: what "stop" does in their conversation, whatever is left of it. The same
        link again changes nothing.

        Raises:
            LinkBroken: when the link is not ours.
        """
        link = self._links.read(Purpose.UNSUBSCRIBE, token)
        with self._database.read() as work:
            touch = work.touches.find(link.touch_id)
            conversation_id = touch.conversation_id if touch is not None else None
        if conversation_id is not None:
            self._opt_outs.opt_out(conversation_id)
        now = self._clock()
        with self._database.write() as work:
            work.suppressions.add(link.contact_hash, UNSUBSCRIBED, now)
            touch = work.touches.find(link.touch_id)
            if touch is not None:
                self._suppress_customer(work, touch, now)
            if touch is not None and touch.conversation_id is not None:
                self._show_in_transcript(work, touch.conversation_id, touch.id, now)
            work.commit()
        log.info("talk.unsubscribed", touch=link.touch_id)
        if conversation_id is not None:
            self._announcer.changed(conversation_id)

    def _find_talk(self, work: UnitOfWork, link: TouchLink) -> tuple[Conversation, Message]:
        touch = work.touches.find(link.touch_id)
        if touch is None or touch.conversation_id is None or not self._is_theirs(work, touch, link):
            raise TalkGone
        conversation = work.conversations.get(touch.conversation_id)
        trigger = find_trigger(work, touch)
        if conversation.erased_at is not None or trigger is None:
            raise TalkGone
        return conversation, trigger

    def _is_theirs(self, work: UnitOfWork, touch: PlannedTouch, link: TouchLink) -> bool:
        """Tell whether the link was sent to an address that is still this customer's."""
        customer = work.customers.find(touch.customer_id)
        return any(
            self._opt_outs.hash_contact(point.channel, point.address) == link.contact_hash
            for point in (customer.contact_points if customer is not None else ())
            if point.consent_source != REPLACED
        )

    def _suppress_customer(self, work: UnitOfWork, touch: PlannedTouch, now: datetime) -> None:
        """Suppress what the conversation does not lead to: it may have been deleted, with nothing left of it but us."""
        customer: Customer | None = work.customers.find(touch.customer_id)
        for point in customer.contact_points if customer is not None else ():
            work.suppressions.add(self._opt_outs.hash_contact(point.channel, point.address), UNSUBSCRIBED, now)
            if point.consent is not False:
                write_consent(point, False, OPT_OUT, None, now)
        work.touches.look_again([touch.customer_id], now)

    def _show_in_transcript(self, work: UnitOfWork, conversation_id: str, touch_id: str, now: datetime) -> None:
        conversation = work.conversations.get(conversation_id, lock=True)
        client_id = f"unsubscribe-{touch_id}"
        known = work.conversations.find_message_by_client_id(conversation_id, client_id)
        if conversation.erased_at is not None or known is not None:
            return
        said = self._copy.say(Sentence.SENT_UNSUBSCRIBE)
        message = work.conversations.add_message(conversation, Author.CUSTOMER, said, now, client_id=client_id)
        # The page has answered; the bot has nothing to say to it.
        work.turns.add(message.id, conversation_id, now, TurnState.SILENCED)
