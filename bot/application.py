"""The application: web, console and actions in one process, beside Rasa. `python -m bot.application` runs it.

It only puts together and starts; nothing is decided here.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator

import structlog
import uvicorn
from fastapi import FastAPI

from actions.server import load_actions
from bot.bootstrap import Services, build, set_services
from bot.channels.email.staff import StaffEmailSender
from bot.channels.web.api import WebApi
from bot.channels.web.body_limit import BodyLimit
from bot.channels.web.errors import Explainer
from bot.channels.web.health import HealthCheck
from bot.channels.web.limits import RateLimits
from bot.channels.web.links import LinkPages
from bot.channels.web.pages import install_pages
from bot.channels.webhook import WebhookSender
from bot.console.application import install_console
from bot.conversations.deliveries import DeliveryBook, DeliveryWorker, Sender
from bot.conversations.housekeeping import keep_house
from bot.conversations.turn_book import TurnBook
from bot.conversations.turns import TurnWorker
from bot.errors import FarewellError
from bot.intake.api import PATH as COMPANY_API
from bot.intake.api import CompanyApi
from bot.logs import configure_logs
from bot.settings import Settings
from bot.storage.tables import DeliveryKind

log = structlog.get_logger()

PROXIES = "127.0.0.1"
"""Whose word is taken for where a request comes from: a reverse proxy on this machine."""
STOP_SECONDS = 2
"""How long open event streams may keep the application from ending."""


def create_app(services: Services, limits: RateLimits | None = None) -> FastAPI:
    """Return the whole application for these services, which it closes at its end."""
    set_services(services)
    app = FastAPI(title="Farewell", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_live)
    app.state.services = services
    explainer = Explainer(services.copy)
    api = WebApi(
        services.settings,
        services.database,
        services.conversations,
        services.chats,
        services.tokens,
        services.customer_tokens,
        services.announcer,
        limits or RateLimits(),
    )
    app.mount(COMPANY_API, CompanyApi(services.intake, services.settings).build())
    app.mount("/api", api.build(explainer))
    app.include_router(
        HealthCheck(
            services.database,
            services.rasa,
            services.telegram,
            services.email,
            services.engine,
            into_folder=services.settings.mail_folder is not None,
        ).build()
    )
    app.include_router(LinkPages(services.correspondence, services.copy, limits or RateLimits()).build())
    if services.telegram is not None:
        app.include_router(services.telegram.build())
    app.include_router(load_actions(services.settings.rasa_gateway_secret).build())
    install_console(app)
    install_pages(app)
    app.add_middleware(BodyLimit, explainer=explainer)
    return app


@contextlib.asynccontextmanager
async def _live(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    book = TurnBook(services.database, services.copy, services.clock)
    worker = TurnWorker(book, services.rasa, services.announcer, services.clock)
    carriers: dict[DeliveryKind, Sender | None] = {
        DeliveryKind.WEBHOOK: WebhookSender.from_settings(services.settings),
        DeliveryKind.STAFF_EMAIL: StaffEmailSender.from_settings(services.settings, services.clock),
    }
    deliveries = DeliveryWorker(
        DeliveryBook(services.database, services.clock), {kind: one for kind, one in carriers.items() if one}
    )
    chores = [
        services.interviews.abandon_silent,
        services.tokens.remove_expired,
        services.chats.remove_stale,
        services.calls.drop_stale,
        services.values.reckon_daily,
        services.offers.end_overdue,
    ]
    work = [worker.run(), deliveries.run(), services.engine.run()]
    if services.telegram is None:
        log.info("telegram.off", remedy="set TELEGRAM_BOT_TOKEN to talk there as well")
    else:
        work.append(services.telegram.run())
        chores.append(services.telegram.remove_old)
    if services.email is not None:
        work.append(services.email.run())
    _say_how_email_stands(services.settings)
    tasks = [asyncio.create_task(one) for one in (*work, keep_house(chores))]
    log.info("application.started", address=services.settings.address)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await services.rasa.close()
        services.database.close()
        log.info("application.stopped")


def _say_how_email_stands(settings: Settings) -> None:
    if settings.mail_folder is not None:
        log.warning(
            "email.not_sent",
            consequence="e-mails to customers are only written into MAIL_FOLDER",
            folder=str(settings.mail_folder),
            remedy="set SMTP_HOST in its place to send them",
        )
    elif not (settings.smtp_host and settings.email_from):
        log.info("email.off", remedy="set SMTP_HOST, EMAIL_FROM and PUBLIC_URL to write to customers by e-mail")
    elif not settings.writes_by_email:
        log.warning("email.off", consequence="no customer is written to by e-mail", remedy="set PUBLIC_URL")
    elif not settings.public_url:
        log.warning(
            "email.links_local", consequence="links in e-mails work on this machine only", remedy="set PUBLIC_URL"
        )


def serve(settings: Settings, limits: RateLimits | None = None) -> None:
    """Run the application until told to stop; `limits` are others than the usual ones.

    Raises:
        FarewellError: when something it stands on is missing or damaged; it says what to do.
    """
    configure_logs()
    uvicorn.run(
        create_app(build(settings), limits),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        forwarded_allow_ips=PROXIES,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


def main() -> int:
    """Run the application; what somebody can put right is one line."""
    try:
        serve(Settings.load())
    except FarewellError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
