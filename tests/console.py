"""Conversations as they stand in the record, and the console in front of them, for tests."""

from __future__ import annotations

import functools
import html
import re
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.console.application import install_console
from bot.console.passwords import hash_password
from bot.conversations.announcements import AnnouncementCopy
from bot.conversations.announcer import Announcer
from bot.conversations.calls import CallService
from bot.conversations.chats import ChatService
from bot.conversations.copy import GatewayCopy
from bot.conversations.handoff import HandoffService
from bot.conversations.offers import OfferService
from bot.conversations.opt_out import OptOutService
from bot.conversations.policy import load_policy
from bot.conversations.reason_names import ReasonNames
from bot.conversations.stories import StoryService
from bot.outreach.improvements import ImprovementService
from bot.outreach.means import limit_channels
from bot.outreach.persons import Persons
from bot.outreach.planner import Planner
from bot.outreach.results import ResultService
from bot.outreach.why import Why
from bot.retention.reasons import Reason
from bot.settings import Settings
from bot.storage.tables import (
    AuditEntry,
    Author,
    Channel,
    ContactPoint,
    Conversation,
    Customer,
    ExitInterview,
    MessageButton,
    Mode,
    Outcome,
    ReasonSource,
    StaffUser,
    StatedReason,
)
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock

NAME, PASSWORD = "Mara", "a-long-enough-password"


def make_settings(**changes: Any) -> Settings:
    said = {
        "secret_key": "k" * 40,
        "rasa_gateway_secret": "g" * 40,
        "staff_password": PASSWORD,
        "company_name": "Oak & Table",
        "support_contact": "help@oak-and-table.example",
    }
    return Settings(_env_file=None, **(said | changes))  # type: ignore[call-arg]


class Record:
    """The record of conversations, written as the gateway and the dialogue write it."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database = database
        self.clock = clock

    def add(
        self,
        *words: str,
        ago: timedelta = timedelta(0),
        outcome: Outcome | None = None,
        reason: Reason | None = None,
        interviewed: bool = True,
        mode: Mode = Mode.BOT,
        asked_for_human_ago: timedelta | None = None,
        name: str | None = None,
        email: str | None = None,
        **more: Any,
    ) -> str:
        """Add a conversation in which the customer said these words, `ago` before now; return its id."""
        at = self.clock() - ago
        conversation_id = str(uuid.uuid4())
        with self.database.write() as uow:
            customer = None
            if name or email:
                customer = Customer(name=name, created_at=at)
                if email:
                    point = ContactPoint(channel=Channel.EMAIL, address=email, consent=True, created_at=at)
                    customer.contact_points.append(point)
                uow.customers.add(customer)
            conversation = Conversation(
                id=conversation_id,
                channel=Channel.WEB,
                customer_id=customer.id if customer else None,
                mode=mode,
                handoff_requested_at=None if asked_for_human_ago is None else self.clock() - asked_for_human_ago,
                created_at=at,
                last_message_at=at,
                **more,
            )
            uow.conversations.add(conversation)
            if interviewed:
                uow.interviews.add(
                    ExitInterview(
                        conversation_id=conversation_id,
                        started_at=at,
                        outcome=outcome,
                        leading_reason=reason,
                        trial=conversation.trial,
                    )
                )
            for text in words:
                uow.conversations.add_message(conversation, Author.CUSTOMER, text, at)
            uow.commit()
        return conversation_id

    def say(self, conversation_id: str, author: Author, text: str, at: datetime | None = None, **more: Any) -> int:
        """Add one message; return its id. `buttons` are titles."""
        titles = more.pop("buttons", ())
        buttons = [
            MessageButton(id=uuid.uuid4().hex, position=n, title=title, intent="inform", entities={})
            for n, title in enumerate(titles)
        ]
        with self.database.write() as uow:
            conversation = uow.conversations.get(conversation_id, lock=True)
            message = uow.conversations.add_message(
                conversation, author, text, at or self.clock(), buttons=buttons, **more
            )
            uow.commit()
            return message.id

    def give_reason(self, conversation_id: str, label: Reason, source: ReasonSource, score: float = 1.0) -> None:
        with self.database.write() as uow:
            interview = uow.interviews.find(conversation_id)
            assert interview is not None
            version = "reasons-1" if source is ReasonSource.INFERRED else None
            uow.interviews.add_reason(
                interview,
                StatedReason(
                    label=label, source=source, score=score, classifier_version=version, stated_at=self.clock()
                ),
            )
            uow.commit()

    def audited(self, action: str) -> list[tuple[str, str | None]]:
        """Return who did this, and to what."""
        with self.database.read() as uow:
            entries = uow.session.query(AuditEntry).filter_by(action=action).order_by(AuditEntry.id)
            return [(entry.actor, entry.subject) for entry in entries]


@functools.cache
def hash_once(password: str) -> str:
    """Return the hash of a password; making it is slow on purpose, so all tests share it."""
    return hash_password(password)


class Console:
    """A browser in front of the console. It follows no redirect by itself."""

    def __init__(self, database: Database, clock: FixedClock, **settings: Any) -> None:
        chosen = make_settings(**settings)
        self.chats = ChatService(
            database, OptOutService(database, chosen, clock), Announcer(), GatewayCopy(chosen), clock
        )
        policy = load_policy()
        # Whether somebody is held out is chance; here nobody is.
        policy = replace(policy, winback=replace(policy.winback, holdout=0))
        in_use = limit_channels(policy, chosen)
        persons = Persons(chosen, in_use, OptOutService(database, chosen, clock))
        self.planner = planner = Planner(database, in_use, persons, clock)
        announcements = AnnouncementCopy(chosen, ReasonNames())
        self.app = FastAPI()
        self.app.state.services = SimpleNamespace(
            settings=chosen,
            database=database,
            clock=clock,
            handoff=HandoffService(database, Announcer(), clock),
            offers=OfferService(database, policy, Announcer(), clock),
            chats=self.chats,
            calls=CallService(database, planner.ask, in_use.winback, clock),
            why=Why(database, in_use, persons, clock),
            improvements=ImprovementService(
                database, in_use, persons, StoryService(database, clock), announcements, clock
            ),
            results=ResultService(database, in_use, persons, clock),
        )
        install_console(self.app)
        self.database = database
        self.clock = clock
        self.browser = self.open_browser()

    def open_browser(self) -> TestClient:
        return TestClient(self.app, base_url="http://127.0.0.1", follow_redirects=False)

    def hire(self, name: str = NAME) -> None:
        with self.database.write() as uow:
            uow.staff.add(StaffUser(name=name, password_hash=hash_once(PASSWORD), created_at=self.clock()))
            uow.commit()

    def sign_in(self, name: str = NAME, password: str = PASSWORD, target: str = "/console/") -> Any:
        page = self.browser.get("/console/sign-in", params={"next": target})
        form = {
            "name": name,
            "password": password,
            "target": read_field(page, "target"),
            "form_token": form_token(page),
        }
        return self.browser.post("/console/sign-in", data=form)

    def get(self, path: str = "", **parameters: str) -> Any:
        return self.browser.get(f"/console/{path}", params=parameters)

    def press(self, conversation_id: str, action: str, **fields: str | list[str]) -> Any:
        """Send one of the forms on a transcript, as it stands on the page."""
        path = f"conversations/{conversation_id}"
        page = self.get(path)
        return self.browser.post(f"/console/{path}/{action}", data={"form_token": form_token(page)} | fields)


def form_token(page: Any) -> str:
    return read_field(page, "form_token")


def read_field(page: Any, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, f"no field {name} on this page"
    return html.unescape(found[1])
