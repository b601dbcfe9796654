"""Where a customer may be written to, by what the company says and what they have said themselves.

A company's no always counts. Its yes never undoes a no that the person gave us, nor a later one; and no import touches
a suppression, which outweighs every yes.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.conversations.consents import OWN_WORDS, REPLACED
from bot.intake.records import CustomerRecord
from bot.retention.channels import Channel
from bot.storage.customer_register import CustomerRow, PointRow

IMPORT = "import"
"""The source of a consent of which the company does not say where it was given."""

Address = tuple[Channel, str]


def write_contacts(row: CustomerRow, record: CustomerRecord, refused: Collection[Address], now: datetime) -> list[str]:
    """Bring a customer's addresses and consents up to date, and return what of it could not be done, in words.

    `refused` are addresses to which somebody refused to be written in a conversation with us, whoever they are.
    """
    addresses = dict(record.list_addresses())
    for channel, address in addresses.items():
        _write_address(row, channel, address, now)
    said = []
    for channel, granted in record.list_consents():
        points = _list_points(row, channel, addresses.get(channel))
        if granted and not points:
            said.append(f"consent_{channel.value} is kept for nothing: no address is known there.")
        elif granted and _has_refused(row, channel, refused):
            said.append(f"consent_{channel.value} is not taken: they said no themselves.")
        elif granted:
            taken = [_agree(point, record, now) for point in points]
            if not all(taken):
                said.append(f"consent_{channel.value} is not taken: the no on record is not older than this yes.")
        else:
            for point in _list_points(row, channel, None):
                _refuse(point, record, now)
    return said


def fold(address: str) -> str:
    """Return an address as it is compared: case makes no difference."""
    return address.casefold()


def _write_address(row: CustomerRow, channel: Channel, address: str, now: datetime) -> None:
    """Keep an address. Another one to which the company had leave to write until now is no longer theirs; it stays on
    record, since they may be suppressed by it."""
    mine = [point for point in row.points if point.channel is channel]
    same = [point for point in mine if fold(point.address) == fold(address)]
    for point in mine:
        if point.consent and point not in same and point.consent_source not in OWN_WORDS:
            _set(point, False, REPLACED, now)
    for point in same:
        if point.consent_source == REPLACED:
            _set(point, None, None, None)
    if not same:
        row.points.append(PointRow(channel, address, changed=True))


def _list_points(row: CustomerRow, channel: Channel, address: str | None) -> list[PointRow]:
    points = [point for point in row.points if point.channel is channel and point.consent_source != REPLACED]
    return points if address is None else [point for point in points if fold(point.address) == fold(address)]


def _has_refused(row: CustomerRow, channel: Channel, refused: Collection[Address]) -> bool:
    """Tell whether the person refused this channel themselves: what they said of one address holds for the next."""
    return any(
        (point.consent is False and point.consent_source in OWN_WORDS) or (channel, fold(point.address)) in refused
        for point in row.points
        if point.channel is channel
    )


def _agree(point: PointRow, record: CustomerRecord, now: datetime) -> bool:
    """Write a yes down, and tell whether that could be done."""
    if point.consent is False and not _is_later(record.consent_at, point.consent_at):
        return False
    # Who agrees anew has the address again; handing in once more what was known says nothing of that.
    if not point.reachable and _is_later(record.consent_at, point.consent_at):
        point.reachable, point.changed = True, True
    if point.consent is not True or _tells_more(point, record):
        _write(point, True, record, now)
    return True


def _refuse(point: PointRow, record: CustomerRecord, now: datetime) -> None:
    if point.consent is not False or _tells_more(point, record):
        _write(point, False, record, now)


def _is_later(at: datetime | None, known: datetime | None) -> bool:
    return at is not None and (known is None or at > known)


def _tells_more(point: PointRow, record: CustomerRecord) -> bool:
    """Tell whether the record says the same from elsewhere or another day. What a person said themselves stays."""
    if point.consent_source in OWN_WORDS:
        return False
    source, at = record.consent_source or point.consent_source, record.consent_at or point.consent_at
    return (source, at) != (point.consent_source, point.consent_at)


def _write(point: PointRow, granted: bool, record: CustomerRecord, now: datetime) -> None:
    _set(point, granted, record.consent_source or IMPORT, record.consent_at or now)


def _set(point: PointRow, consent: bool | None, source: str | None, at: datetime | None) -> None:
    point.consent, point.consent_source, point.consent_wording, point.consent_at = consent, source, None, at
    point.changed = True
