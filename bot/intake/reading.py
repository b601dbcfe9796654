"""Makes a record of what was given, or says in plain words why it is none. It never quotes what was given.

It must not know where it was given: in a file or to the API.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.intake.records import END_OF_DAY, CustomerRecord, PurchaseRecord, Record, ReturnRecord
from bot.retention.money import NotAnAmount

R = TypeVar("R", bound=Record)
CLOCKS_APART = timedelta(days=1)
"""How far ahead a moment may be that must have passed: a day begins earlier elsewhere."""


class NotARecord(ValueError):
    """What was given cannot be taken; the message says why."""


def read_record(kind: type[R], given: object, now: datetime, default_currency: str) -> R:
    """Return the record. An amount without a currency is in the default one.

    Raises:
        NotARecord: with everything that is wrong.
    """
    try:
        record = kind.model_validate(given)
    except ValidationError as error:
        raise NotARecord(_explain(kind, error)) from None
    except RecursionError:
        raise NotARecord("This is no record.") from None
    _check_amount(record, default_currency)
    _check_times(record, now + CLOCKS_APART)
    return record


def _check_amount(record: Record, default_currency: str) -> None:
    try:
        match record:
            case CustomerRecord():
                record.value(default_currency)
            case PurchaseRecord() | ReturnRecord():
                record.value(default_currency)
    except NotAnAmount as error:
        field = "monthly_value" if isinstance(record, CustomerRecord) else "amount"
        raise NotARecord(f"{field}: {error}.") from None


def _check_times(record: Record, latest: datetime) -> None:
    # Somebody may have cancelled to a day that is still to come, but nobody has bought or agreed on one.
    if isinstance(record, CustomerRecord):
        field = "consent_at"
    else:
        field, latest = "at", datetime.combine(latest, END_OF_DAY, UTC)  # A day that has begun counts as its end.
    moment: datetime | None = getattr(record, field, None)
    if moment is not None and moment > latest:
        raise NotARecord(f"{field}: this is in the future.")


def _explain(kind: type[Record], error: ValidationError) -> str:
    sentences: dict[str, str] = {}
    for detail in error.errors(include_url=False, include_input=False):
        field = str(detail["loc"][0])[:40] if detail["loc"] else ""
        sentences.setdefault(field, _say(kind, field, detail))
    return " ".join(sentences.values())


def _say(kind: type[Record], field: str, detail: Any) -> str:
    match detail["type"]:
        case "model_type" | "model_attributes_type":
            return f"A record is an object with these fields: {', '.join(kind.model_fields)}."
        case "missing" | "string_too_short":
            return f"{field} is missing."
        case "extra_forbidden":
            return f"{field!a} is not a field that Farewell knows; these are: {', '.join(kind.model_fields)}."
        case "string_too_long":
            return f"{field} is too long: {detail['ctx']['max_length']} characters at most."
        case "bool_parsing" | "bool_type":
            return f"{field}: write true or false."
        case "enum":
            return f"{field}: write one of {detail['ctx']['expected'].replace(chr(39), '')}."
        case "value_error":
            return f"{field}: {detail['ctx']['error']}."
        case "string_type" if len(detail["loc"]) == 1:
            return f"{field} must be a text."
        case _:
            return f"{field}: this cannot be read."
