"""Who gets into the console, and who does not."""

from __future__ import annotations

import hashlib

import pytest
import sqlalchemy as sa

from bot.console.staff import change_password, ensure_first_staff, uses_first_password
from bot.storage.tables import AuditEntry, StaffSignIn, StaffUser
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.console import NAME, PASSWORD, Console, Record, form_token, make_settings

COOKIE = "farewell_staff"


@pytest.fixture
def console(sqlite_database: Database, clock: FixedClock) -> Console:
    made = Console(sqlite_database, clock)
    made.hire()
    return made


def test_a_person_who_is_not_signed_in_sees_nothing_and_is_asked_to_sign_in(console: Console) -> None:
    talk = Record(console.database, console.clock).add("a secret complaint")
    for path in ("", f"conversations/{talk}", "?q=secret", "conversations/nobody"):
        answer = console.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/console/sign-in")
        assert "secret complaint" not in answer.text


def test_a_person_who_is_not_signed_in_can_do_nothing(console: Console) -> None:
    talk = Record(console.database, console.clock).add("hello")
    for action in ("reply", "take-over", "hand-back", "reason"):
        answer = console.browser.post(f"/console/conversations/{talk}/{action}", data={"text": "hi", "reason": "price"})
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/console/sign-in?next=%2Fconsole%2Fconversations%2F{talk}"
    with console.database.read() as uow:
        assert len(uow.conversations.list_messages(talk)) == 1
        assert uow.conversations.get(talk).handoff_requested_at is None


def test_a_staff_member_who_signs_in_goes_where_they_wanted(console: Console) -> None:
    answer = console.sign_in(target="/console/?show=waiting&page=2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/?show=waiting&page=2")
    assert console.get().status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/console/",
        "//evil.example/console/",
        "/\\evil.example",
        "/console/\\..\\x",
        "/elsewhere",
        "javascript:alert(1)",
        "/console/\r\nSet-Cookie: a=b",
        "",
    ],
)
def test_nobody_is_led_out_of_the_console_after_signing_in(console: Console, target: str) -> None:
    assert console.sign_in(target=target).headers["location"] == "/console/"


def test_the_name_may_be_typed_in_small_letters_and_with_a_space_behind(console: Console) -> None:
    assert console.sign_in(name="mara ").status_code == 303


@pytest.mark.parametrize(("name", "password"), [(NAME, "wrong-password-0"), ("Nobody", PASSWORD), ("", "")])
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(console: Console, name: str, password: str) -> None:
    answer = console.sign_in(name, password)
    assert answer.status_code == 401
    assert "Name and password do not fit together." in answer.text
    assert COOKIE not in console.browser.cookies
    assert console.get().status_code == 303


def test_a_password_typed_as_the_name_is_not_kept_in_the_audit_log(console: Console) -> None:
    console.sign_in("hunter2-hunter2", "x")
    console.sign_in("mara", "wrong")
    with console.database.read() as uow:
        entries = uow.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "staff.sign_in_failed")).all()
        assert [(entry.actor, entry.subject) for entry in entries] == [("unknown", None), ("unknown", NAME)]
        assert "hunter2" not in repr([entry.details for entry in entries])


def test_too_many_attempts_for_a_name_are_stopped_even_with_the_right_password(console: Console) -> None:
    for _ in range(10):
        assert console.sign_in(password="wrong").status_code == 401
    answer = console.sign_in()
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 15 * 60
    assert "Too many attempts" in answer.text
    assert console.get().status_code == 303


def test_too_many_attempts_from_one_address_are_stopped_whatever_the_names(console: Console) -> None:
    statuses = {console.sign_in(name=f"guess {n}", password="x" * 201).status_code for n in range(30)}
    assert statuses == {401}
    assert console.sign_in(name="guess 31").status_code == 429


def test_a_staff_member_who_mistyped_a_few_times_starts_afresh_after_a_success(console: Console) -> None:
    for _ in range(3):
        for _ in range(8):
            console.sign_in(password="x" * 201)
        assert console.sign_in().status_code == 303
        console.browser.cookies.clear()


def test_a_sign_in_form_from_elsewhere_is_refused(console: Console) -> None:
    token = form_token(console.get("sign-in"))
    stranger = console.open_browser()
    form = {"name": NAME, "password": PASSWORD, "form_token": token}
    assert stranger.post("/console/sign-in", data=form).status_code == 403
    assert console.browser.post("/console/sign-in", data=form | {"form_token": "é"}).status_code == 403
    assert console.browser.post("/console/sign-in", data=form).status_code == 303


def test_two_sign_in_pages_open_at_once_do_not_disturb_each_other(console: Console) -> None:
    first = form_token(console.get("sign-in"))
    console.get("sign-in")
    form = {"name": NAME, "password": PASSWORD, "form_token": first}
    assert console.browser.post("/console/sign-in", data=form).status_code == 303


def test_the_cookie_is_kept_from_scripts_and_other_sites_and_only_its_hash_is_stored(console: Console) -> None:
    cookie = console.sign_in().headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Max-Age=43200" in cookie
    assert "Secure" not in cookie
    value = console.browser.cookies[COOKIE]
    assert len(value) == 43
    with console.database.read() as uow:
        stored = uow.session.scalars(sa.select(StaffSignIn)).one()
        assert stored.token_hash == hashlib.sha256(value.encode()).hexdigest()


def test_the_cookie_never_travels_unencrypted_where_the_public_address_is_encrypted(
    sqlite_database: Database, clock: FixedClock
) -> None:
    console = Console(sqlite_database, clock, public_url="https://farewell.example")
    console.hire()
    console.browser = console.open_browser()
    console.browser.base_url = "https://farewell.example"  # type: ignore[assignment]
    answer = console.sign_in()
    assert all("Secure" in cookie for cookie in answer.headers.get_list("set-cookie") if COOKIE in cookie)
    assert console.get().status_code == 200


def test_a_sign_in_ends_after_twelve_hours(console: Console) -> None:
    console.sign_in()
    console.clock.move(hours=11, minutes=59)
    assert console.get().status_code == 200
    console.clock.move(minutes=1)
    assert console.get().status_code == 303


def test_a_staff_member_who_signs_out_is_out_even_with_the_old_cookie(console: Console) -> None:
    console.sign_in()
    old = console.browser.cookies[COOKIE]
    answer = console.browser.post("/console/sign-out", data={"form_token": form_token(console.get())})
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")
    assert COOKIE not in console.browser.cookies
    stranger = console.open_browser()
    stranger.cookies.set(COOKIE, old, path="/console/")
    assert stranger.get("/console/").status_code == 303


def test_a_forged_form_does_not_sign_anybody_out(console: Console) -> None:
    console.sign_in()
    assert console.browser.post("/console/sign-out", data={"form_token": "forged"}).status_code == 403
    assert console.get().status_code == 200


def test_a_new_password_signs_out_everywhere_and_the_old_one_opens_nothing(console: Console) -> None:
    console.sign_in()
    change_password(console.database, console.clock, NAME, "another-password")
    assert console.get().status_code == 303
    assert console.sign_in().status_code == 401
    assert console.sign_in(password="another-password").status_code == 303


def test_a_staff_member_who_was_disabled_is_out_at_once_and_does_not_get_in_again(console: Console) -> None:
    console.sign_in()
    with console.database.write() as uow:
        uow.session.execute(sa.update(StaffUser).values(disabled_at=console.clock()))
        uow.commit()
    assert console.get().status_code == 303
    assert console.sign_in().status_code == 401


def test_signing_in_and_out_is_audited(console: Console) -> None:
    console.sign_in()
    console.browser.post("/console/sign-out", data={"form_token": form_token(console.get())})
    record = Record(console.database, console.clock)
    assert record.audited("staff.signed_in") == [(NAME, None)]
    assert record.audited("staff.signed_out") == [(NAME, None)]


def test_a_page_that_refreshes_itself_is_told_to_load_anew_when_the_sign_in_is_over(console: Console) -> None:
    answer = console.browser.get("/console/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-refresh"]) == (401, "true")


def test_a_link_in_an_email_leads_on_with_the_strict_cookie(console: Console) -> None:
    answer = console.browser.get("/console/?show=waiting", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert '<meta http-equiv="refresh" content="0; url=/console/?show=waiting">' in answer.text


def test_staff_who_are_signed_in_are_not_asked_again(console: Console) -> None:
    console.sign_in()
    assert console.get("sign-in", next="/console/?q=x").headers["location"] == "/console/?q=x"


def test_every_answer_carries_the_headers_that_guard_it(console: Console) -> None:
    signed_out = [console.get("sign-in"), console.get(), console.get("no/such/page")]
    console.sign_in()
    signed_in = [console.get(), console.get("conversations/nobody"), console.get("static/console.css")]
    for answer in signed_out + signed_in:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert all(answer.headers["cache-control"] == "no-store" for answer in signed_out + signed_in[:2])


def test_a_body_that_no_form_sends_is_refused_before_it_is_read(console: Console) -> None:
    assert console.browser.post("/console/sign-in", content=b"x" * 100_001).status_code == 413
    assert console.browser.post("/console/sign-in", content=iter([b"no length"])).status_code == 413


def test_the_address_without_a_slash_leads_to_the_console(console: Console) -> None:
    answer = console.browser.get("/console")
    assert (answer.status_code, answer.headers["location"]) == (308, "/console/")


def test_the_first_member_of_staff_comes_with_the_set_up_and_only_once(
    sqlite_database: Database, clock: FixedClock
) -> None:
    assert ensure_first_staff(sqlite_database, make_settings(), clock)
    assert not ensure_first_staff(sqlite_database, make_settings(staff_password="changed-later-on"), clock)
    console = Console(sqlite_database, clock)
    assert console.sign_in("admin", "changed-later-on").status_code == 401
    assert console.sign_in("admin", PASSWORD).status_code == 303


def test_the_password_made_at_set_up_is_known_until_somebody_changes_it(
    sqlite_database: Database, clock: FixedClock
) -> None:
    settings = make_settings()
    assert not uses_first_password(sqlite_database, settings)
    ensure_first_staff(sqlite_database, settings, clock)
    assert uses_first_password(sqlite_database, settings)
    change_password(sqlite_database, clock, "admin", "a password of her own")
    assert not uses_first_password(sqlite_database, settings)
