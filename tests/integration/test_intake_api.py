"""The company's own system hands in customers, purchases and returns over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from limits import RateLimitItemPerMinute

from bot.channels.web.body_limit import BodyLimit
from bot.channels.web.errors import Explainer
from bot.conversations.copy import GatewayCopy
from bot.intake import guard
from bot.intake.api import MOST_RECORDS, PATH, CompanyApi
from bot.storage.tables import AuditEntry
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.gateway import make_settings
from tests.intake import Office

KEY = "company-api-key-of-forty-two-characters-ok"
RIGHT = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture
def office(sqlite_database: Database, clock: FixedClock) -> Office:
    return Office(sqlite_database, clock)


def open_api(office: Office, **settings: Any) -> TestClient:
    chosen = make_settings(**{"company_api_key": KEY} | settings)
    app = FastAPI()
    app.mount(PATH, CompanyApi(office.desk, chosen).build())
    app.add_middleware(BodyLimit, explainer=Explainer(GatewayCopy(chosen)))
    return TestClient(app, headers=RIGHT, raise_server_exceptions=False)


@pytest.fixture
def api(office: Office) -> TestClient:
    return open_api(office)


def test_each_record_is_answered_in_its_order(api: TestClient, office: Office) -> None:
    office.tell("C-2")
    given = [{"external_id": "C-1", "monthly_value": 39}, {"external_id": "C-2"}, {"external_id": "C-3", "email": "x"}]
    answer = api.post(f"{PATH}/customers", json=given)
    assert answer.status_code == 200
    assert answer.json() == {
        "taken": 1,
        "unchanged": 1,
        "rejected": 1,
        "records": [
            {"result": "taken"},
            {"result": "unchanged"},
            {"result": "rejected", "cause": "email: this is no e-mail address."},
        ],
    }
    assert office.find("C-1").monthly_value == 3900


def test_purchases_and_returns_are_handed_in_the_same_way(api: TestClient, office: Office) -> None:
    api.post(f"{PATH}/customers", json=[{"external_id": "C-1"}])
    order = {"external_id": "C-1", "order_id": "O-1", "at": "2026-05-01", "amount": 9.9}
    assert api.post(f"{PATH}/purchases", json=[order]).json()["taken"] == 1
    assert api.post(f"{PATH}/returns", json=[{"external_id": "C-1", "at": 1777900000}]).json()["taken"] == 1
    assert office.find().last_purchase_at is not None


def test_what_a_company_should_know_of_a_record_that_was_taken_is_remarked(api: TestClient) -> None:
    [answer] = api.post(f"{PATH}/customers", json=[{"external_id": "C-1", "consent_email": True}]).json()["records"]
    assert answer["result"] == "taken"
    assert "no address is known there" in answer["remark"]


@pytest.mark.parametrize(
    "shown", [None, "Bearer wrong", f"Basic {KEY}", f"Bearer {KEY}x", "Bearer", "Bearer schlüssel"]
)
def test_nobody_without_the_key_is_let_in_or_read(office: Office, shown: str | None) -> None:
    api = open_api(office)
    api.headers.pop("Authorization")
    headers = {"Authorization": shown.encode()} if shown else {}
    answer = api.post(f"{PATH}/customers", json=[{"external_id": "C-1"}], headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "wrong_key")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert KEY not in answer.text
    with office.database.read() as work:
        assert work.customers.find_by_external_id("C-1") is None


@pytest.mark.parametrize("key", [None, ""])
def test_without_a_key_in_the_settings_the_api_is_off_and_says_so(office: Office, key: str | None) -> None:
    answer = open_api(office, company_api_key=key).post(f"{PATH}/customers", json=[])
    assert (answer.status_code, answer.json()["error"]) == (404, "company_api_off")
    assert "COMPANY_API_KEY is not set" in answer.json()["message"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "The body is no JSON in UTF-8."),
        (b"{", "The body is no JSON in UTF-8."),
        (b"\xff", "The body is no JSON in UTF-8."),
        (b"[" * 100_000, "The body is no JSON in UTF-8."),
        (b"{}", "The body must be a list of records: [{...}, {...}]."),
        (json.dumps([{}] * (MOST_RECORDS + 1)).encode(), "These are 1,001 records; send 1,000 at most at a time."),
    ],
)
def test_what_is_no_list_of_records_is_refused(api: TestClient, body: bytes, said: str) -> None:
    answer = api.post(f"{PATH}/customers", content=body)
    assert (answer.status_code, answer.json()["message"]) == (422, said)


@pytest.mark.parametrize("record", [None, 1, "C-1", [], {}, {"external_id": None}, {"external_id": "\ud800"}])
def test_one_record_that_is_none_costs_no_other(api: TestClient, record: object) -> None:
    answer = api.post(f"{PATH}/customers", content=json.dumps([record, {"external_id": "C-1"}]))
    assert [one["result"] for one in answer.json()["records"]] == ["rejected", "taken"]


def test_a_thousand_records_with_long_notes_are_taken_at_once(api: TestClient) -> None:
    given = [{"external_id": f"C-{number}", "notes": "n" * 1000} for number in range(MOST_RECORDS)]
    assert api.post(f"{PATH}/customers", json=given).json()["taken"] == MOST_RECORDS


@pytest.mark.parametrize("known_length", [True, False])
def test_a_body_without_end_is_turned_away(api: TestClient, known_length: bool) -> None:
    body = b" " * (guard.LARGEST_BODY + 1)
    answer = api.post(f"{PATH}/customers", content=body if known_length else iter([body[:100], body]))
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


def test_guessing_keys_is_slowed_down_and_the_right_one_still_works(
    api: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "REFUSALS", RateLimitItemPerMinute(3))
    wrong = {"Authorization": "Bearer wrong"}
    states = [api.post(f"{PATH}/customers", json=[], headers=wrong).status_code for _ in range(4)]
    assert states == [401, 401, 401, 429]
    assert api.post(f"{PATH}/customers", json=[]).status_code == 200


def test_too_many_requests_are_told_when_to_come_back(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "REQUESTS", RateLimitItemPerMinute(1))
    api.post(f"{PATH}/customers", json=[])
    answer = api.post(f"{PATH}/customers", json=[])
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_every_request_is_audited_by_its_counts(api: TestClient, office: Office) -> None:
    api.post(f"{PATH}/customers", json=[{"external_id": "C-1", "name": "Ada"}])
    with office.database.read() as work:
        [entry] = work.session.query(AuditEntry)
        assert (entry.actor, entry.action, entry.subject) == ("company API", "customers.imported", None)
        assert entry.details == {"taken": 1, "unchanged": 0, "rejected": 0}


def test_no_cookie_is_set_and_no_other_site_may_ask(api: TestClient) -> None:
    answer = api.post(f"{PATH}/customers", json=[], headers={"Origin": "https://evil.example"})
    assert "set-cookie" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers


def test_the_api_is_described_for_programs_and_this_api_alone(api: TestClient) -> None:
    described = api.get(f"{PATH}/openapi.json", headers={"Authorization": ""}).json()
    assert sorted(described["paths"]) == ["/bounces", "/customers", "/purchases", "/returns"]
    assert described["servers"] == [{"url": f"http://127.0.0.1:8000{PATH}"}]
    assert described["components"]["securitySchemes"]["COMPANY_API_KEY"] == {"type": "http", "scheme": "bearer"}
    body = described["paths"]["/purchases"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["items"]["required"] == ["external_id", "order_id", "at", "amount"]
    assert "$ref" not in json.dumps(body)


def test_the_page_that_describes_it_needs_nothing_from_elsewhere(api: TestClient) -> None:
    page = api.get(f"{PATH}/docs", headers={"Authorization": ""})
    assert page.status_code == 200
    assert "<script" not in page.text
    assert [line for line in page.text.splitlines() if "//" in line and "127.0.0.1" not in line] == []
    for word in ("consent_email", "order_id", "offer_code", "too_expensive or unused", "must be there"):
        assert word in page.text


def test_a_wrong_address_or_way_of_asking_is_told(api: TestClient) -> None:
    assert api.post(f"{PATH}/nothing", json=[]).status_code == 404
    assert api.get(f"{PATH}/customers").status_code == 405
