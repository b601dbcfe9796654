"""What an operator can set: one flat class, read from the environment and from `.env`.

It holds values and says what is wrong with them; it does nothing with them, and it is never a global.
"""

from __future__ import annotations

import base64
import ipaddress
import os
import re
from datetime import date
from email.errors import MessageError
from email.headerregistry import Address
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import SettingsError

ENV_FILE = Path(".env")
LOOPBACK = ("127.0.0.1", "localhost")
EVERYWHERE = ("0.0.0.0",)  # noqa: S104  Which of the two it is, the operator decides.
Secret = Annotated[SecretStr, Field(min_length=16)]
WEBHOOK_SECRET_PREFIX, WEBHOOK_SECRET_BYTES = "whsec_", 24
IMPLICIT_TLS = 465
"""The port on which a mail server expects encryption from the first byte."""
NO_MAILBOX = "hello@farewell.example"
"""The sender of mails that nobody is sent; there is no such domain (RFC 2606)."""
TOKEN_SECRET_BYTES = 32
"""What HS256 needs to be as strong as it is meant to be."""


class Settings(BaseSettings):
    """All settings. Each is described in docs/configuration.md; secrets have no defaults, and any setting
    can be given as a file by `NAME_FILE`, as container platforms hand out secrets."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, extra="forbid", frozen=True, str_strip_whitespace=True)

    # Secrets, written once by `make setup`.
    secret_key: Secret
    rasa_gateway_secret: Secret
    staff_password: Annotated[SecretStr, Field(min_length=12)]

    # The company's own systems: what they sign, and what they are told.
    customer_token_secret: SecretStr | None = None
    company_api_key: SecretStr | None = None
    webhook_url: str = ""
    webhook_secret: SecretStr | None = None

    # Telegram, where a bot token is all it takes.
    telegram_bot_token: SecretStr | None = None
    telegram_api_base_url: str = "https://api.telegram.org"
    telegram_webhook_secret: SecretStr | None = None

    # The mail server, and the mailbox of staff.
    staff_email: str = ""
    email_from: str = ""
    smtp_host: str = ""
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 587
    smtp_user: str = ""
    smtp_password: SecretStr | None = None
    smtp_starttls: bool = True
    mail_folder: Path | None = None

    # Where things are.
    database_url: str = "sqlite:///var/farewell.db"
    worker: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")] = "0"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    rasa_port: Annotated[int, Field(ge=1, le=65535)] = 5005
    public_url: str = ""
    widget_origins: Annotated[tuple[str, ...], NoDecode] = ()
    encoder_path: Path | None = None
    policy_path: Path | None = None

    # The company that people are leaving.
    company_name: Annotated[str, Field(min_length=1, max_length=80)]
    company_colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#2f6f5e"
    company_logo_url: str = ""
    privacy_url: str = "/privacy"
    support_contact: Annotated[str, Field(min_length=1, max_length=200)]
    cancel_url: str = ""
    office_hours: str = "Monday to Friday, 9:00 to 17:00"
    timezone: str = "UTC"
    closed_days: Annotated[tuple[date, ...], NoDecode] = ()

    @field_validator("encoder_path", "policy_path", "mail_folder", mode="before")
    @classmethod
    def _read_no_path(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator(
        "customer_token_secret",
        "company_api_key",
        "webhook_secret",
        "smtp_password",
        "telegram_bot_token",
        "telegram_webhook_secret",
        mode="before",
    )
    @classmethod
    def _read_no_secret(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("customer_token_secret")
    @classmethod
    def _check_token_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and len(secret.get_secret_value().encode()) < TOKEN_SECRET_BYTES:
            raise ValueError(f"is too short: {TOKEN_SECRET_BYTES} characters at least")
        return secret

    @field_validator("company_api_key")
    @classmethod
    def _check_company_key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and not re.fullmatch(r"[\x21-\x7e]{32,200}", key.get_secret_value()):
            raise ValueError("use 32 to 200 letters, digits and signs without a space, as `make setup` does")
        return key

    @field_validator("webhook_secret")
    @classmethod
    def _check_webhook_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not _is_webhook_secret(secret.get_secret_value()):
            raise ValueError("write whsec_ and then at least 24 random bytes in base64, as `make setup` does")
        return secret

    @field_validator("webhook_url")
    @classmethod
    def _check_webhook_url(cls, url: str) -> str:
        # What people said is on its way there, so nobody in between may read it.
        if url and not (urlsplit(url).hostname and (url.startswith("https://") or _is_on_this_machine(url))):
            raise ValueError("write a whole https:// address; http:// is for this machine only")
        return url

    @field_validator("telegram_bot_token")
    @classmethod
    def _check_bot_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]{20,}", token.get_secret_value()):
            raise ValueError("write the whole token as @BotFather gives it, like 123456:ABC-DEF...")
        return token

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _check_telegram_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secret.get_secret_value()):
            raise ValueError("use 16 to 256 letters, digits, _ and -; that is what Telegram allows")
        return secret

    @field_validator("telegram_api_base_url")
    @classmethod
    def _check_bot_api(cls, url: str) -> str:
        # The token is a part of every address that is asked, so nobody on the way may read it.
        address = urlsplit(url)
        if not address.hostname or address.path.strip("/") or address.query:
            raise ValueError("write scheme, host and port, like https://api.telegram.org, without /bot behind it")
        if address.scheme != "https" and not (address.scheme == "http" and _is_close_by(address.hostname)):
            raise ValueError("use https://; http:// is for a server on this machine or its own network")
        return url

    @field_validator("staff_email", "email_from")
    @classmethod
    def _check_address(cls, address: str) -> str:
        problem = "write one e-mail address, like support@shop.example; an international domain as xn--..."
        if address and not (address.isascii() and re.fullmatch(r"[^\s@<>,;:]+@[^\s@<>,;:]+", address)):
            raise ValueError(problem)
        try:
            _ = Address(addr_spec=address) if address else None
        except (ValueError, MessageError, IndexError):
            raise ValueError(problem) from None
        return address

    @field_validator("timezone")
    @classmethod
    def _check_timezone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"{name!r} is no time zone; write an IANA name, like Europe/London")
        return name

    @field_validator("closed_days", mode="before")
    @classmethod
    def _read_closed_days(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return tuple(date.fromisoformat(day.strip()) for day in value.split(",") if day.strip())
        except ValueError:
            raise ValueError("write dates separated by commas, like 2026-12-25,2026-12-26") from None

    @model_validator(mode="after")
    def _check_receivers(self) -> Self:
        if self.webhook_url and self.webhook_secret is None:
            raise ValueError("WEBHOOK_URL needs WEBHOOK_SECRET beside it")
        if self.telegram_webhook_secret is not None and not self.public_url.startswith("https://"):
            raise ValueError("TELEGRAM_WEBHOOK_SECRET needs PUBLIC_URL=https://... beside it, where Telegram calls")
        if self.mail_folder is not None and self.smtp_host:
            raise ValueError(
                "MAIL_FOLDER and SMTP_HOST exclude each other: with MAIL_FOLDER e-mails are only written into a folder "
                "and none is sent"
            )
        if self.staff_email and not (self.smtp_host and self.email_from):
            raise ValueError("STAFF_EMAIL needs SMTP_HOST and EMAIL_FROM beside it")
        is_open = not self.smtp_starttls and self.smtp_port != IMPLICIT_TLS and self.smtp_host not in LOOPBACK
        if self.smtp_password is not None and is_open:
            raise ValueError("SMTP_PASSWORD would travel unencrypted; set SMTP_STARTTLS=true, or SMTP_PORT=465")
        return self

    @field_validator("widget_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(origin.strip().rstrip("/") for origin in value.split(",") if origin.strip())
        return value

    @field_validator("widget_origins")
    @classmethod
    def _check_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not origin.startswith(("https://", "http://")) or origin.count("/") != 2:
                raise ValueError(f"{origin!r} is no origin; write scheme and host, like https://shop.example")
        return origins

    @field_validator("host")
    @classmethod
    def _check_host(cls, host: str) -> str:
        # Rasa reaches the actions over loopback, which an address of one network card alone would close.
        if host not in LOOPBACK and host not in EVERYWHERE:
            raise ValueError("use 127.0.0.1 (this machine only) or 0.0.0.0 (every network it is on)")
        return host

    @field_validator("privacy_url", "cancel_url", "company_logo_url", "public_url")
    @classmethod
    def _check_url(cls, url: str) -> str:
        if url and not url.startswith(("https://", "http://", "/")):
            raise ValueError("write a whole address, like https://shop.example/privacy")
        return url

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, url: str) -> str:
        if url.startswith("postgres://"):
            url = "postgresql://" + url.removeprefix("postgres://")
        if url.startswith("postgresql://"):
            url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
        if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("use sqlite:///path or postgresql://user:password@host/database")
        return url

    @property
    def address(self) -> str:
        """Where people reach the application: the public URL, or this machine and port."""
        return self.public_url.rstrip("/") or self.local_address

    @property
    def writes_by_email(self) -> bool:
        """Tell whether customers can be written to by e-mail: there is a mail server, and the links in a mail lead back
        here. Without a public address they do so for a mail server on this machine, where things are tried out. Or
        mails are only written into a folder."""
        if self.mail_folder is not None:
            return True
        is_reached = bool(self.public_url) or self.smtp_host in LOOPBACK
        return bool(self.smtp_host and self.email_from) and is_reached

    @property
    def email_sender(self) -> str:
        """From whom mails to customers come. What is only written into a folder needs no mailbox."""
        return self.email_from or NO_MAILBOX

    @property
    def local_address(self) -> str:
        """Where this machine reaches the application."""
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], *sources: PydanticBaseSettingsSource, **named: PydanticBaseSettingsSource
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put values that are given as files (`NAME_FILE`) behind plain environment variables."""
        return (named["init_settings"], named["env_settings"], _Files(settings_cls), named["dotenv_settings"])

    @classmethod
    def load(cls, env_file: Path | None = ENV_FILE) -> Settings:
        """Read the settings.

        Raises:
            SettingsError: with one line for every setting that is unknown, missing or malformed.
        """
        try:
            return cls(_env_file=env_file)  # type: ignore[call-arg]
        except ValidationError as error:
            lines = [_explain(detail) for detail in error.errors(include_url=False, include_input=False)]
            raise SettingsError(
                "These settings need attention (.env, see .env.example):\n" + "\n".join(lines)
            ) from None


class _Files(PydanticBaseSettingsSource):
    """Reads a setting from the file that `NAME_FILE` names."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        path = os.environ.get(f"{field_name.upper()}_FILE")
        if not path:
            return None, field_name, False
        try:
            return Path(path).read_text().strip(), field_name, False
        except OSError as error:
            raise SettingsError(f"{field_name.upper()}_FILE cannot be read: {error}") from error

    def __call__(self) -> dict[str, Any]:
        values = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in values.items() if value is not None}


def _is_webhook_secret(secret: str) -> bool:
    try:
        key = base64.b64decode(secret.removeprefix(WEBHOOK_SECRET_PREFIX), validate=True)
    except ValueError:
        return False
    return secret.startswith(WEBHOOK_SECRET_PREFIX) and len(key) >= WEBHOOK_SECRET_BYTES


def _is_on_this_machine(url: str) -> bool:
    address = urlsplit(url)
    return address.scheme == "http" and (address.hostname in LOOPBACK or address.hostname == "::1")


def _is_close_by(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host  # A name such as localhost, or of another container.


def _explain(detail: Any) -> str:
    name = ".".join(str(part) for part in detail["loc"]).upper()
    if not name:  # It is about several settings, and names them itself.
        return f"  {detail['msg'].removeprefix('Value error, ')}"
    match detail["type"]:
        case "missing":
            return f"  {name} is missing"
        case "extra_forbidden":
            return f"  {name} is not a setting of Farewell; remove it or correct its name"
        case "too_short" | "string_too_short":
            return f"  {name} is too short: {detail['ctx']['min_length']} characters at least"
        case _:
            return f"  {name}: {detail['msg'].removeprefix('Value error, ')}"
