"""What tests of actions share: trackers as Rasa hands them over, and a run that gives back events and responses."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.action import FarewellAction
from bot.bootstrap import Services
from bot.clock import Clock
from bot.conversations.announcer import Announcer
from bot.conversations.data_requests import DataRequests
from bot.conversations.echoes import EchoService
from bot.conversations.handoff import HandoffService
from bot.conversations.interviews import InterviewService
from bot.conversations.offers import OfferService
from bot.conversations.opt_out import OptOutService
from bot.conversations.policy import load_policy
from bot.conversations.reason_names import ReasonNames
from bot.conversations.stories import StoryService
from bot.settings import Settings
from bot.storage.unit_of_work import Database
from tests.interviews import FakeClassifier

POLICY = load_policy()


def make_settings(**values: Any) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        secret_key="k" * 40,
        rasa_gateway_secret="g" * 40,
        staff_password="p" * 12,
        **{
            "company_name": "Bramble & Oak",
            "support_contact": "help@example.org",
            "cancel_url": "https://example.org/cancel",
        }
        | values,
    )


def make_services(database: Database, clock: Clock, classifier: FakeClassifier, settings: Settings) -> Services:
    """Return the services that actions use, real but for the classifier."""
    return cast(
        "Services",
        SimpleNamespace(
            settings=settings,
            clock=clock,
            interviews=InterviewService(database, classifier, clock, POLICY),
            echoes=EchoService(database, classifier, settings.company_name),
            reason_names=ReasonNames(),
            offers=OfferService(database, POLICY, Announcer(), clock),
            opt_outs=OptOutService(database, settings, clock),
            data_requests=DataRequests(database, clock),
            handoff=HandoffService(database, Announcer(), clock),
            stories=StoryService(database, clock),
        ),
    )


def make_tracker(
    text: str | None = None,
    intent: str = "inform",
    *,
    confidence: float = 0.95,
    button: dict[str, Any] | None = None,
    message_id: int | None = None,
    said_before: str | None = None,
    just_said: tuple[str, ...] = (),
    stepped_back: bool = False,
    **slots: Any,
) -> Tracker:
    """Return the tracker of a conversation "c1" in which the customer has just said `text` or pressed `button`."""
    metadata: dict[str, Any] = {"message_id": str(message_id)} if message_id is not None else {}
    if button is not None:
        metadata["button"] = {"intent": intent, "entities": button}
    message = {"text": text, "intent": {"name": intent, "confidence": confidence}, "entities": [], "metadata": metadata}
    events: list[dict[str, Any]] = []
    if said_before:
        events.append({"event": "bot", "metadata": {"utter_action": said_before}})
    events.append({"event": "user", "text": text})
    if stepped_back:
        events.append({"event": "action_execution_rejected", "name": "exit_interview"})
    events += [{"event": "bot", "metadata": {"utter_action": response}} for response in just_said]
    return Tracker("c1", slots, message, events, False, None, {"name": "exit_interview"}, "action_listen")


@dataclass
class Done:
    """What an action did: which slots it set, which responses it gave, with which values."""

    slots: dict[str, Any] = field(default_factory=dict)
    responses: list[str] = field(default_factory=list)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)


async def run(action: FarewellAction, tracker: Tracker) -> Done:
    """Run an action and return what it did. Nothing may be said in any other way than by a response's name."""
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, tracker, {})
    assert all(event["event"] == "slot" for event in events)
    assert all(message["response"] and not message["text"] for message in dispatcher.messages)
    return Done(
        {event["name"]: event["value"] for event in events},
        [message["response"] for message in dispatcher.messages],
        {message["response"]: message for message in dispatcher.messages},
    )
