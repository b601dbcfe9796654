"""Chromium, the fake server, and a host page on an origin of its own."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.chat import Visitor
from tests.browser.fake_api import FakeFarewell
from tests.conftest import skip_or_fail

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


# Playwright keeps an event loop running in this thread while it is started, so it ends with this folder: the async
# tests of other folders could not run beside it.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        skip_or_fail("Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser profile of its own: other storage, other settings. Options are Playwright's."""
    made: list[BrowserContext] = []

    def make(*, phone: bool = False, **options: Any) -> BrowserContext:
        size = {"width": 320, "height": 640} if phone else {"width": 1280, "height": 800}
        made.append(browser.new_context(**{"viewport": size, "has_touch": phone, "locale": "en-GB", **options}))
        made[-1].set_default_timeout(15_000)
        return made[-1]

    yield make
    for context in made:
        context.close()


@pytest.fixture
def visit(new_context: Callable[..., BrowserContext]) -> Callable[..., Visitor]:
    """Open an address as a person does, in a fresh profile or in another tab of a known one."""

    def open_page(address: str, *, context: BrowserContext | None = None, **options: Any) -> Visitor:
        visitor = Visitor((context or new_context(**options)).new_page())
        visitor.page.goto(address)
        return visitor

    return open_page


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class HostSite:
    """A company's own site: one page on another origin, with whatever a test puts on it."""

    PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Account</title>{head}</head>
    <body><main><h1>Your account</h1>{body}<p id="below">Below the button.</p></main></body></html>"""
    BUTTON = '<button id="cancel-button">Cancel my subscription</button>'

    def __init__(self, server: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.farewell = server
        self.headers: dict[str, str] = {}
        self.page = ""
        self.use()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                for name, value in site.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(site.page.encode())

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Say nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def use(self, attributes: str = 'data-open-on="#cancel-button"', *, head: str = "", body: str = BUTTON) -> None:
        """Put the one script tag on the page, with these attributes."""
        tag = f'<script src="{self.farewell}/widget.js" {attributes} async></script>'
        self.page = self.PAGE.format(head=head + tag, body=body)

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def site() -> Iterator[HostSite]:
    """A host page whose Farewell server is `site.fake`, an origin that its settings allow."""
    port = free_port()
    host = HostSite(f"http://127.0.0.1:{port}")
    fake = FakeFarewell(port, (host.address,))
    fake.start()
    host.fake = fake  # type: ignore[attr-defined]
    yield host
    fake.stop()
    host.stop()


@pytest.fixture
def fake(site: HostSite) -> FakeFarewell:
    """The server behind the host page."""
    server: FakeFarewell = site.fake  # type: ignore[attr-defined]
    return server
