"""Puts the application together: every service once, each with what it needs. It runs nothing."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.channels.email.channel import EmailChannel
from bot.channels.email.customers import CustomerEmailSender
from bot.channels.email.folder import MailFolder
from bot.channels.email.mail import MailWriter
from bot.channels.email.server import MailServer
from bot.channels.telegram.channel import TelegramChannel
from bot.clock import Clock, utc_now
from bot.conversations.announcements import AnnouncementCopy
from bot.conversations.announcer import Announcer
from bot.conversations.calls import CallService
from bot.conversations.chats import ChatService
from bot.conversations.copy import GatewayCopy
from bot.conversations.correspondence import Correspondence
from bot.conversations.data_requests import DataRequests
from bot.conversations.echoes import EchoService
from bot.conversations.handoff import HandoffService
from bot.conversations.identity import CustomerTokens
from bot.conversations.inbox import ConversationService
from bot.conversations.interviews import InterviewService
from bot.conversations.letter_book import LetterBook
from bot.conversations.offers import OfferService
from bot.conversations.opt_out import OptOutService
from bot.conversations.policy_versions import get_policy_file, take_in
from bot.conversations.rasa import Rasa
from bot.conversations.reason_names import ReasonNames
from bot.conversations.stories import StoryService
from bot.conversations.tokens import Tokens
from bot.conversations.touch_links import TouchLinks
from bot.conversations.touches import TouchService
from bot.intake.desk import Desk
from bot.outreach.engine import Engine
from bot.outreach.improvements import ImprovementService
from bot.outreach.means import limit_channels
from bot.outreach.persons import Persons
from bot.outreach.planner import Planner
from bot.outreach.results import ResultService
from bot.outreach.why import Why
from bot.reasons.artefact import MODEL_DIRECTORY
from bot.reasons.classifier import ReasonClassifier
from bot.retention.channels import Channel
from bot.retention.policy import Policy
from bot.settings import Settings
from bot.storage.unit_of_work import Database
from bot.value.reckoning import ValueService

log = structlog.get_logger()

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Services:
    """Everything the entry points use."""

    settings: Settings
    clock: Clock
    database: Database
    policy: Policy
    classifier: ReasonClassifier
    rasa: Rasa
    announcer: Announcer
    copy: GatewayCopy
    tokens: Tokens
    customer_tokens: CustomerTokens
    interviews: InterviewService
    echoes: EchoService
    reason_names: ReasonNames
    offers: OfferService
    opt_outs: OptOutService
    data_requests: DataRequests
    conversations: ConversationService
    chats: ChatService
    handoff: HandoffService
    touches: TouchService
    stories: StoryService
    calls: CallService
    why: Why
    improvements: ImprovementService
    results: ResultService
    engine: Engine
    values: ValueService
    intake: Desk
    correspondence: Correspondence
    telegram: TelegramChannel | None
    email: EmailChannel | None


def build(settings: Settings, clock: Clock = utc_now) -> Services:
    """Build all services.

    Raises:
        FarewellError: when something they stand on is missing or damaged; it says what to do.
    """
    copy = GatewayCopy(settings)
    classifier = ReasonClassifier.load(ROOT / MODEL_DIRECTORY, settings.encoder_path)
    database = Database(settings.database_url)
    announcer = Announcer()
    tokens = Tokens(database, clock)
    ruling = take_in(database, get_policy_file(settings), clock())
    policy = ruling.policy
    log.info("policy.in_force", version=policy.version, remark=ruling.remark or "as in its file")
    interviews = InterviewService(database, classifier, clock, policy, settings.company_name)
    opt_outs = OptOutService(database, settings, clock)
    conversations = ConversationService(database, tokens, interviews, opt_outs, announcer, copy, clock)
    chats = ChatService(database, opt_outs, announcer, copy, clock)
    touches = TouchService(database, announcer, clock)
    in_use = limit_channels(policy, settings)
    persons = Persons(settings, in_use, opt_outs)
    planner = Planner(database, in_use, persons, clock)
    stories = StoryService(database, clock, settings.timezone)
    reason_names = ReasonNames()
    announcements = AnnouncementCopy(settings, reason_names)
    telegram = None
    if settings.telegram_bot_token is not None:
        token = settings.telegram_bot_token.get_secret_value()
        telegram = TelegramChannel(token, settings, database, conversations, chats, announcer, copy, clock, planner.ask)
    links = TouchLinks(settings, clock)
    correspondence = Correspondence(
        database, links, tokens, opt_outs, announcer, copy, clock, company_zone=settings.timezone
    )
    email = None
    if settings.writes_by_email:
        letters = LetterBook(database, Channel.EMAIL, clock, planner.ask, settings.worker)
        writer = MailWriter(settings, copy, clock)
        taker = MailServer(settings) if settings.mail_folder is None else MailFolder(settings.mail_folder)
        email = EmailChannel(letters, CustomerEmailSender(taker, writer, correspondence))
    return Services(
        settings=settings,
        clock=clock,
        database=database,
        policy=policy,
        classifier=classifier,
        rasa=Rasa.from_settings(settings),
        announcer=announcer,
        copy=copy,
        tokens=tokens,
        customer_tokens=CustomerTokens(settings, clock),
        interviews=interviews,
        echoes=EchoService(database, classifier, settings.company_name),
        reason_names=reason_names,
        offers=OfferService(database, policy, announcer, clock, settings.timezone),
        opt_outs=opt_outs,
        data_requests=DataRequests(database, clock),
        conversations=conversations,
        chats=chats,
        handoff=HandoffService(database, announcer, clock),
        touches=touches,
        engine=Engine(settings, planner, touches, clock, settings.worker),
        stories=stories,
        calls=CallService(database, planner.ask, in_use.winback, clock, settings.timezone),
        why=Why(database, in_use, persons, clock),
        improvements=ImprovementService(database, in_use, persons, stories, announcements, clock),
        results=ResultService(database, in_use, persons, clock),
        values=ValueService(database, policy, clock),
        intake=Desk(database, policy, clock),
        correspondence=correspondence,
        telegram=telegram,
        email=email,
    )


_lock = threading.Lock()
_services: Services | None = None


def get_services() -> Services:
    """Return this process's services, built at the first call. It is for rasa-sdk's actions, which are made without
    arguments; whatever else needs a service is given it.

    Raises:
        FarewellError: as `build`.
    """
    global _services
    with _lock:
        if _services is None:
            _services = build(Settings.load())
        return _services


def set_services(services: Services | None) -> None:
    """Set what `get_services` returns; None lets it build anew."""
    global _services
    with _lock:
        _services = services
