"""What an operator writes into the settings is taken, or refused with a line that says what to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings

GOOD = {
    "SECRET_KEY": "k" * 32,
    "RASA_GATEWAY_SECRET": "g" * 32,
    "STAFF_PASSWORD": "correct horse",
    "COMPANY_NAME": "Bramble & Oak",
    "SUPPORT_CONTACT": "help@shop.example",
}

BOT_TOKEN = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"
WEBHOOK_SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
MAIL = {"STAFF_EMAIL": "a@shop.example", "EMAIL_FROM": "b@shop.example", "SMTP_HOST": "mail.example"}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)


def load(tmp_path: Path, **changes: str | None) -> Settings:
    values = {name: value for name, value in (GOOD | changes).items() if value is not None}
    path = tmp_path / ".env"
    path.write_text("\n".join(f"{name}={value}" for name, value in values.items()))
    return Settings.load(path)


def test_the_least_an_operator_must_say_is_enough(tmp_path: Path) -> None:
    assert load(tmp_path).address == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is too short"),
        ({"STAFF_PASSWORD": "short"}, "STAFF_PASSWORD is too short"),
        ({"COMPANY_NAME": ""}, "COMPANY_NAME"),
        ({"PORT": "http"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"HOST": "192.168.1.5"}, "HOST: use 127.0.0.1"),
        ({"COMPANY_COLOUR": "green"}, "COMPANY_COLOUR"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL: use sqlite"),
        ({"WIDGET_ORIGINS": "shop.example"}, "WIDGET_ORIGINS: 'shop.example' is no origin"),
        ({"PRIVACY_URL": "javascript:alert(1)"}, "PRIVACY_URL"),
        ({"MAIL_FOLDER": "var/mail", "SMTP_HOST": "mail.example"}, "MAIL_FOLDER and SMTP_HOST exclude each other"),
        ({"CUSTOMER_TOKEN_SECRET": "short"}, "CUSTOMER_TOKEN_SECRET: is too short: 32 characters at least"),
        ({"TELEGRAM_BOT_TOKEN": "ABC-DEF"}, "TELEGRAM_BOT_TOKEN: write the whole token as @BotFather gives it"),
        ({"TELEGRAM_WEBHOOK_SECRET": "with spaces in it, alas"}, "TELEGRAM_WEBHOOK_SECRET: use 16 to 256 letters"),
        ({"TELEGRAM_WEBHOOK_SECRET": "s" * 16}, "TELEGRAM_WEBHOOK_SECRET needs PUBLIC_URL=https://"),
        ({"TELEGRAM_API_BASE_URL": "http://bots.example"}, "TELEGRAM_API_BASE_URL: use https://"),
        ({"TELEGRAM_API_BASE_URL": "https://bots.example/bot"}, "TELEGRAM_API_BASE_URL: write scheme, host and port"),
        ({"WEBHOOK_URL": "https://crm.example"}, "WEBHOOK_URL needs WEBHOOK_SECRET"),
        (
            {"WEBHOOK_URL": "http://crm.example", "WEBHOOK_SECRET": WEBHOOK_SECRET},
            "WEBHOOK_URL: write a whole https://",
        ),
        ({"WEBHOOK_URL": "https://", "WEBHOOK_SECRET": WEBHOOK_SECRET}, "WEBHOOK_URL"),
        ({"WEBHOOK_SECRET": "k" * 40}, "WEBHOOK_SECRET: write whsec_"),
        ({"WEBHOOK_SECRET": "whsec_c2hvcnQ="}, "WEBHOOK_SECRET: write whsec_"),
        ({"STAFF_EMAIL": "a@shop.example"}, "STAFF_EMAIL needs SMTP_HOST and EMAIL_FROM"),
        ({"STAFF_EMAIL": "a@shop.example, b@shop.example"}, "STAFF_EMAIL: write one e-mail address"),
        ({**MAIL, "SMTP_PASSWORD": "p", "SMTP_STARTTLS": "false"}, "SMTP_PASSWORD would travel unencrypted"),
        ({"TIMEZONE": "Mars/Base"}, "TIMEZONE: 'Mars/Base' is no time zone"),
        ({"CLOSED_DAYS": "Christmas"}, "CLOSED_DAYS: write dates"),
        ({"COMPANY_NAM": "x"}, "COMPANY_NAM is not a setting of Farewell"),
    ],
)
def test_a_setting_that_cannot_be_stops_the_start_with_its_name(
    tmp_path: Path, changes: dict[str, str | None], line: str
) -> None:
    with pytest.raises(SettingsError) as refusal:
        load(tmp_path, **changes)
    assert line in str(refusal.value)


def test_a_wrong_secret_is_named_but_never_shown(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refusal:
        load(tmp_path, STAFF_PASSWORD="hunter2")
    assert "hunter2" not in str(refusal.value)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refusal:
        load(tmp_path, PORT="x", COMPANY_NAME=None)
    assert len(str(refusal.value).splitlines()) == 3


def test_a_secret_can_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("from-a-file-0123456789\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "secret"))
    assert load(tmp_path, SECRET_KEY=None).secret_key.get_secret_value() == "from-a-file-0123456789"


def test_a_secret_file_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "nothing"))
    with pytest.raises(SettingsError, match="SECRET_KEY_FILE cannot be read"):
        load(tmp_path)


def test_an_encoder_that_is_not_named_is_the_one_that_comes_along(tmp_path: Path) -> None:
    assert load(tmp_path, ENCODER_PATH="").encoder_path is None


def test_origins_are_given_separated_by_commas(tmp_path: Path) -> None:
    settings = load(tmp_path, WIDGET_ORIGINS="https://shop.example/, http://127.0.0.1:9000")
    assert settings.widget_origins == ("https://shop.example", "http://127.0.0.1:9000")


@pytest.mark.parametrize("prefix", ["postgres://", "postgresql://"])
def test_the_usual_postgresql_address_works(tmp_path: Path, prefix: str) -> None:
    assert load(tmp_path, DATABASE_URL=f"{prefix}u@h/d").database_url == "postgresql+psycopg://u@h/d"


def test_a_bot_token_is_all_that_telegram_takes(tmp_path: Path) -> None:
    settings = load(tmp_path, TELEGRAM_BOT_TOKEN=BOT_TOKEN, TELEGRAM_WEBHOOK_SECRET="")
    assert settings.telegram_bot_token is not None
    assert settings.telegram_webhook_secret is None
    assert BOT_TOKEN not in repr(settings)


@pytest.mark.parametrize("server", ["http://127.0.0.1:8081", "http://bot-api:8081", "http://10.0.0.7:8081"])
def test_a_bot_api_server_close_by_may_be_asked_without_encryption(tmp_path: Path, server: str) -> None:
    assert load(tmp_path, TELEGRAM_API_BASE_URL=server).telegram_api_base_url == server


def test_who_is_told_is_taken_as_it_stands_in_the_example(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        **MAIL,
        SMTP_STARTTLS="true",
        SMTP_PASSWORD="p",
        WEBHOOK_URL="http://127.0.0.1:9000/hook",
        WEBHOOK_SECRET=WEBHOOK_SECRET,
        CLOSED_DAYS="2026-12-25, 2026-12-26",
    )
    assert settings.closed_days == (date(2026, 12, 25), date(2026, 12, 26))
    empty = load(tmp_path, WEBHOOK_SECRET="", CUSTOMER_TOKEN_SECRET="", SMTP_PASSWORD="", CLOSED_DAYS="")
    assert (empty.webhook_secret, empty.customer_token_secret, empty.smtp_password) == (None, None, None)


@pytest.mark.parametrize("sender", ["Shop <a@shop.example>", "ä@shop.example", "a@söhne.example", "a..b@shop.example"])
def test_a_sender_with_whom_no_mail_could_leave_stops_the_start(tmp_path: Path, sender: str) -> None:
    with pytest.raises(SettingsError, match="EMAIL_FROM: write one e-mail address"):
        load(tmp_path, EMAIL_FROM=sender)


def test_with_a_folder_for_mails_customers_are_written_to_and_nothing_else_is_needed(tmp_path: Path) -> None:
    settings = load(tmp_path, MAIL_FOLDER="var/mail")
    assert settings.writes_by_email
    assert settings.email_sender.endswith(".example")
    assert load(tmp_path, MAIL_FOLDER="var/mail", EMAIL_FROM="a@shop.example").email_sender == "a@shop.example"
    assert not load(tmp_path, MAIL_FOLDER="").writes_by_email
