"""The pages and the widget's files as a browser gets them, without a browser."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from fastapi.testclient import TestClient
from pydantic import SecretStr

from bot.channels.colours import readable_on
from bot.channels.web.pages import install_pages
from bot.clock import utc_now
from bot.conversations.identity import CustomerTokens
from tests.gateway import TOKEN_SECRET

STATIC = Path(__file__).parents[2] / "bot" / "channels" / "web" / "static"
WIDGET_FILES = [STATIC / "widget.js", *sorted((STATIC / "widget").iterdir())]
PAGES = ["/", "/demo/shop", "/chat", "/privacy"]


@pytest.fixture
def settings() -> SimpleNamespace:
    return SimpleNamespace(
        company_name="Bramble & Oak",
        company_colour="#2f6f5e",
        company_logo_url="https://images.example/logo.png",
        privacy_url="/privacy",
        support_contact="help@bramble.example",
        cancel_url="https://shop.example/cancel",
        customer_token_secret=SecretStr(TOKEN_SECRET),
        webhook_url="",
        telegram_bot_token=None,
    )


@pytest.fixture
def client(settings: SimpleNamespace) -> Iterator[TestClient]:
    app = FastAPI()
    app.state.services = SimpleNamespace(settings=settings)
    install_pages(app)
    with TestClient(app) as client:
        yield client


def test_the_first_page_leads_to_the_demo_the_chat_and_the_console(client: TestClient) -> None:
    page = client.get("/").text
    for address in ("/demo/shop", "/chat", "/console"):
        assert f'href="{address}"' in page


def test_the_demo_shop_embeds_the_widget_by_one_tag_as_a_trial(client: TestClient) -> None:
    page = client.get("/demo/shop").text
    tags = [line for line in page.splitlines() if "/widget.js" in line]
    assert len(tags) == 1
    assert 'data-trial="true"' in tags[0]
    assert 'id="cancel-button"' in page


def test_the_demo_shop_has_a_signed_in_customer_who_is_always_a_trial(
    client: TestClient, settings: SimpleNamespace
) -> None:
    page = client.get("/demo/shop/ada")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "Ada Lindholm" in page.text
    [given] = re.findall(r'data-customer-token="([^"]+)"', page.text)
    vouched = CustomerTokens(settings, utc_now).read(given)  # type: ignore[arg-type]
    assert (vouched.name, vouched.monthly_value, vouched.currency, vouched.trial) == ("Ada Lindholm", 3900, "EUR", True)
    # Another visitor's Ada is another customer, and nobody gets a token for a name of their own choice.
    assert given not in client.get("/demo/shop/ada").text
    for name in ("", "C-1", "ada-", "ada-12345678x", "<script>"):
        assert "data-customer-token" not in client.get("/demo/shop", params={"customer": name}).text


def test_the_privacy_notice_says_what_telegram_has_to_do_with_it(client: TestClient, settings: SimpleNamespace) -> None:
    assert "Telegram" not in client.get("/privacy").text
    settings.telegram_bot_token = SecretStr("123456:a-token-of-some-length")
    page = " ".join(client.get("/privacy").text.split())
    assert "If you choose to go on on Telegram, Telegram carries and keeps what is written there" in page


def test_the_privacy_notice_says_what_is_passed_on(client: TestClient, settings: SimpleNamespace) -> None:
    page = " ".join(client.get("/privacy").text.split())
    assert "Nothing you write is sent to an outside service." in page
    assert "If you are signed in on our site" in page
    settings.webhook_url, settings.customer_token_secret = "https://crm.example/hook", None
    page = " ".join(client.get("/privacy").text.split())
    assert "passed on to Bramble &amp; Oak’s own customer system" in page
    assert "Nothing you write" not in page
    assert "signed in" not in page


def test_a_server_without_the_secret_has_only_the_customer_whom_it_does_not_know(
    client: TestClient, settings: SimpleNamespace
) -> None:
    settings.customer_token_secret = None
    page = client.get("/demo/shop/ada").text
    assert "Rosa Hartley" in page
    assert "Ada" not in page


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_about_the_company_of_the_settings(client: TestClient, settings: SimpleNamespace, path: str) -> None:
    settings.company_name = "Löwe <Kaffee>"
    page = client.get(path).text
    assert "Löwe &lt;Kaffee&gt;" in page
    assert "<Kaffee>" not in page
    assert "Bramble" not in page


@pytest.mark.parametrize("path", [*PAGES, "/nowhere"])
def test_pages_allow_no_inline_script_no_frame_and_no_sniffing(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html"})
    rules = dict(rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["img-src"] == "'self' data: https://images.example"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    for forbidden in ("<script>", "onclick=", "<style", " style="):
        assert forbidden not in answer.text


def test_a_policy_that_another_part_sets_for_its_own_pages_is_kept(client: TestClient) -> None:
    app = client.app
    assert isinstance(app, FastAPI)

    @app.get("/own")
    async def own() -> object:
        return PlainTextResponse("own", headers={"Content-Security-Policy": "default-src 'self'"})

    assert client.get("/own").headers["Content-Security-Policy"] == "default-src 'self'"


@pytest.mark.parametrize("path", ["/widget.js", "/static/widget/chat.js", "/static/widget/chat.css"])
def test_any_site_may_load_the_widget_and_asks_again_each_time(client: TestClient, path: str) -> None:
    first = client.get(path, headers={"Origin": "https://shop.example"})
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "public, no-cache"
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"], "Origin": "https://shop.example"})
    assert (again.status_code, again.content) == (304, b"")
    for answer in (first, again):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize("path", ["/", "/chat", "/static/shop.js", "/static/pages.css", "/theme.css"])
def test_other_sites_may_read_nothing_but_the_widget(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Origin": "https://shop.example"})
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_whole_widget_is_at_most_30_kilobytes_gzipped_and_the_loader_at_most_5() -> None:
    # Each file by itself, as it travels.
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in WIDGET_FILES}
    assert sum(sizes.values()) <= 30_000, sizes
    assert sizes["widget.js"] <= 5_000


def test_the_widget_never_makes_html_of_text() -> None:
    for path in WIDGET_FILES:
        source = path.read_text()
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
            assert way not in source, f"{path.name} uses {way}"


def test_a_person_at_a_wrong_address_gets_a_friendly_page_and_a_program_gets_json(client: TestClient) -> None:
    page = client.get("/nowhere", headers={"Accept": "text/html,*/*"})
    assert page.status_code == 404
    assert "There is nothing at this address." in page.text
    assert 'href="/chat"' in page.text
    for path, accept in (("/nowhere", "application/json"), ("/api/nowhere", "text/html"), ("/static/none.js", "*/*")):
        answer = client.get(path, headers={"Accept": accept})
        assert answer.status_code == 404
        assert answer.json()["error"] == "not_found"


def test_the_privacy_page_links_to_the_companys_own_notice_where_there_is_one(
    client: TestClient, settings: SimpleNamespace
) -> None:
    assert "full privacy notice" not in client.get("/privacy").text
    settings.privacy_url = "https://shop.example/privacy"
    assert 'href="https://shop.example/privacy"' in client.get("/privacy").text


@pytest.mark.parametrize(
    ("colour", "text"),
    [
        ("#ffffff", "#000000"),
        ("#000000", "#ffffff"),
        ("#2F6F5E", "#ffffff"),
        ("#ffd400", "#000000"),
        ("#767676", "#000000"),
    ],
)
def test_what_stands_on_the_companys_colour_can_be_read(colour: str, text: str) -> None:
    assert readable_on(colour) == text


def test_the_theme_is_the_companys_colour(client: TestClient, settings: SimpleNamespace) -> None:
    settings.company_colour = "#ffd400"
    assert client.get("/theme.css").text == ":root { --brand: #ffd400; --on-brand: #000000; }\n"


def test_all_that_the_pages_refer_to_is_there(client: TestClient) -> None:
    for path in PAGES:
        for address in re.findall(r'(?:src|href)="(/[^"]*)"', client.get(path).text):
            if address != "/console":  # The console is another part's.
                assert client.get(address).status_code == 200, f"{path} refers to {address}"
