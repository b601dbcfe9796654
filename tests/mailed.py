"""Somebody who has left and is written to by e-mail, and all that it takes: for tests of mails and their links."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from bot.channels.email.channel import EmailChannel
from bot.channels.email.customers import CustomerEmailSender
from bot.channels.email.mail import MailWriter
from bot.channels.email.server import MailServer
from bot.clock import Clock
from bot.conversations.announcer import Announcer
from bot.conversations.copy import GatewayCopy
from bot.conversations.correspondence import Correspondence
from bot.conversations.letter_book import LetterBook
from bot.conversations.opt_out import OptOutService
from bot.conversations.rasa import RasaReply
from bot.conversations.tokens import Tokens
from bot.conversations.touch_links import TouchLinks
from bot.conversations.touches import TouchService
from bot.conversations.turn_book import TurnBook
from bot.retention.channels import Channel
from bot.retention.winback.touches import TouchKind, TouchState
from bot.settings import Settings
from bot.storage.tables import ContactPoint, Customer, Letter, PlannedTouch
from bot.storage.unit_of_work import Database

ADDRESS = "ada@lindholm.example"
PUBLIC = "https://goodbye.shop.example"
WORDS = "In March you told us that the app kept crashing.\n\nHow are you getting on?"


class Mailing:
    """Ada, who agreed yesterday to hear from us by e-mail, and us."""

    def __init__(
        self, database: Database, clock: Clock, settings: Settings, announcer: Announcer | None = None
    ) -> None:
        self.database, self.clock, self.settings = database, clock, settings
        self.copy = GatewayCopy(settings)
        self.opt_outs = OptOutService(database, settings, clock)
        self.links = TouchLinks(settings, clock)
        self.tokens = Tokens(database, clock)
        announcer = announcer or Announcer()
        self.correspondence = Correspondence(
            database, self.links, self.tokens, self.opt_outs, announcer, self.copy, clock
        )
        self.touches = TouchService(database, announcer, clock)
        self.book = TurnBook(database, self.copy, clock)
        self.letters = LetterBook(database, Channel.EMAIL, clock)
        sender = settings.email_from or "hello@shop.example"
        writer = MailWriter(settings.model_copy(update={"email_from": sender}), self.copy, clock)
        self.sender = CustomerEmailSender(MailServer(settings), writer, self.correspondence)
        self.channel = EmailChannel(self.letters, self.sender)

    def add_customer(self, external_id: str | None = "C-1", address: str = ADDRESS, **known: Any) -> int:
        """Add somebody who agreed yesterday to hear from us."""
        now = self.clock()
        agreed = {"consent": True, "consent_source": "checkout", "consent_at": now - timedelta(days=1)}
        with self.database.write() as work:
            customer = Customer(external_id=external_id, name="Ada Lindholm", created_at=now, **known)
            point = ContactPoint(channel=Channel.EMAIL, address=address, reachable=True, created_at=now, **agreed)
            customer.contact_points.append(point)
            work.customers.add(customer)
            work.commit()
            return customer.id

    def touch(
        self, customer_id: int, words: str = WORDS, kind: TouchKind = TouchKind.CHECK_IN, buttons: Any = ()
    ) -> str:
        """Let the bot write to somebody, and return the touch; what it says is `words`, as Rasa gave them."""
        touch_id, now = str(uuid.uuid4()), self.clock()
        moments = dict.fromkeys(("wanted_at", "due_at", "planned_at", "changed_at"), now)
        with self.database.write() as work:
            work.session.add(
                PlannedTouch(
                    id=touch_id,
                    customer_id=customer_id,
                    key=touch_id,
                    kind=kind,
                    state=TouchState.CLAIMED,
                    channel=Channel.EMAIL,
                    rule="test",
                    because="test",
                    policy_version=1,
                    **moments,
                )
            )
            work.commit()
        self.touches.begin(touch_id)
        conversation = self.find_conversation(touch_id)
        due = self.book.look(conversation).due
        assert due is not None
        reply = RasaReply(utter="utter_check_in", text=words, buttons=list(buttons))
        assert self.book.complete(conversation, due.message_id, [reply], for_staff=False)
        return touch_id

    def find(self, touch_id: str) -> PlannedTouch:
        with self.database.read() as work:
            touch = work.touches.find(touch_id)
            assert touch is not None
            work.session.expunge_all()
            return touch

    def find_conversation(self, touch_id: str) -> str:
        conversation = self.find(touch_id).conversation_id
        assert conversation is not None
        return conversation

    def find_letter(self, touch_id: str) -> Letter:
        with self.database.read() as work:
            [letter] = [letter for letter in work.session.query(Letter).all() if letter.touch_id == touch_id]
            work.session.expunge_all()
            return letter

    def find_point(self, address: str = ADDRESS) -> ContactPoint:
        with self.database.read() as work:
            [point] = work.chats.list_points(Channel.EMAIL, address)
            work.session.expunge_all()
            return point

    def find_links(self, touch_id: str, address: str = ADDRESS) -> tuple[str, str]:
        """Return the paths of the two links in the mail."""
        occasion = self.correspondence.find_occasion(touch_id, address)
        assert occasion is not None
        return tuple(url.removeprefix(self.settings.address) for url in (occasion.talk_url, occasion.unsubscribe_url))  # type: ignore[return-value]
