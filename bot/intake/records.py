"""What the company's system tells us, record by record: a customer, a purchase, a return, a bounce. A row of a file and
an object of the API are the same record.

It checks form, and must not know what is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from bot.conversations.customer_fields import Currency, Email, Moment, Text, TimeZone, check_text
from bot.retention.channels import Channel
from bot.retention.money import to_minor_units
from bot.retention.reasons import BillingReason

LONGEST_NOTES = 5000
NONE = "none"
"""Takes back what was said."""
END_OF_DAY = time(23, 59, 59)
_PHONE = re.compile(r"\+?[0-9]{5,15}")
_PHONE_PUNCTUATION = str.maketrans("", "", " ()-./\u00a0")
_CHAT = re.compile(r"[1-9][0-9]{0,18}")


def _check_phone(text: str) -> str:
    number = text.translate(_PHONE_PUNCTUATION)
    number = f"+{number[2:]}" if number.startswith("00") else number
    if not _PHONE.fullmatch(number):
        raise ValueError("write a telephone number, like +44 20 7946 0958")
    return number


def _check_chat(text: str) -> str:
    if not _CHAT.fullmatch(text):
        raise ValueError("write the number of the person's chat; to a name like @ada no bot can write")
    return text


def _check_notes(text: str) -> str:
    return check_text(text, allowed="\t\n\r")


def _read_none(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _read_deed(value: Any) -> Any:
    try:
        return f"{date.fromisoformat(value)}T{END_OF_DAY}Z" if isinstance(value, str) else value
    except ValueError:
        return value


Deed = Annotated[Moment, BeforeValidator(_read_deed)]
"""When somebody bought or came back. A date alone is the end of that day, so that it lies after a cancellation or an
offer of the same day."""
Cancellation = Annotated[
    Moment | Annotated[Literal["none"], BeforeValidator(_read_none)] | None,
    Field(description="Until when they are with you; none takes a cancellation back."),
]
Amount = Annotated[str | int | float, Field(description="A decimal number in the currency's main unit, like 39.00.")]
Consent = Annotated[bool | None, Field(description="May they be written to there? Absent says nothing.")]


class Record(BaseModel):
    """What every record is like. What is absent or empty says nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class _OfCustomer(Record):
    external_id: Annotated[Text, Field(description="Your own id of the customer; it stays the same.")]


class CustomerRecord(_OfCustomer):
    """A customer. `consent_source` and `consent_at` say where and when they agreed or refused."""

    name: Text | None = None
    email: Email | None = None
    phone: Annotated[str, AfterValidator(_check_phone)] | None = None
    telegram: Annotated[str, AfterValidator(_check_chat)] | None = None
    timezone: Annotated[TimeZone | None, Field(description="IANA name, like Europe/London.")] = None
    plan: Text | None = None
    monthly_value: Amount | None = None
    currency: Annotated[Currency | None, Field(description="ISO 4217; absent is the policy's currency.")] = None
    joined_at: Moment | None = None
    cancelled_at: Cancellation = None
    reason: Annotated[BillingReason | None, Field(description="Why they left, as the billing system has it.")] = None
    disputed: Annotated[bool | None, Field(description="Do they complain, or dispute a charge?")] = None
    place: Text | None = None
    consent_email: Consent = None
    consent_telegram: Consent = None
    consent_phone: Consent = None
    consent_source: Text | None = None
    consent_at: Moment | None = None
    notes: Annotated[str, Field(min_length=1, max_length=LONGEST_NOTES), AfterValidator(_check_notes)] | None = None

    def list_addresses(self) -> Iterator[tuple[Channel, str]]:
        """Yield the addresses that the record names."""
        if self.email is not None:
            yield Channel.EMAIL, self.email
        if self.telegram is not None:
            yield Channel.TELEGRAM, self.telegram
        if self.phone is not None:
            yield Channel.PHONE, self.phone

    def list_consents(self) -> Iterator[tuple[Channel, bool]]:
        """Yield what was agreed to or refused, channel by channel."""
        if self.consent_email is not None:
            yield Channel.EMAIL, self.consent_email
        if self.consent_telegram is not None:
            yield Channel.TELEGRAM, self.consent_telegram
        if self.consent_phone is not None:
            yield Channel.PHONE, self.consent_phone

    def value(self, default_currency: str) -> tuple[int, str] | None:
        """Return what they pay a month, in minor units, and the currency; None where the record does not say."""
        return _count(self.monthly_value, self.currency or default_currency)


class PurchaseRecord(_OfCustomer):
    """One order of a customer."""

    order_id: Annotated[Text, Field(description="Your own id of the order; it stays the same.")]
    at: Deed
    amount: Amount
    currency: Currency | None = None
    product: Text | None = None

    def value(self, default_currency: str) -> tuple[int, str]:
        """Return the amount in minor units, and its currency."""
        currency = self.currency or default_currency
        return to_minor_units(self.amount, currency), currency


class ReturnRecord(_OfCustomer):
    """A customer who had left and is back: what they brought in by that, and the offer code they used."""

    at: Deed
    amount: Amount | None = None
    currency: Currency | None = None
    offer_code: Annotated[str, Field(min_length=1, max_length=40), AfterValidator(check_text)] | None = None

    def value(self, default_currency: str) -> tuple[int, str] | None:
        """Return the amount in minor units, and its currency; None where the record does not say."""
        return _count(self.amount, self.currency or default_currency)


class BounceRecord(Record):
    """An address at which nothing arrives: your mail service says that a mail came back from there for good."""

    email: Annotated[Email, Field(description="The address to which the mail was sent.")]


def _count(amount: str | int | float | None, currency: str) -> tuple[int, str] | None:
    return None if amount is None else (to_minor_units(amount, currency), currency)
