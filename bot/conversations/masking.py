"""Takes card and bank account numbers out of what people write, before anything else sees it.

Telephone and order numbers must stay: staff need them. So a card number has to begin as an issuer's do and
pass its check digit, and a bank account number has to be an IBAN of its country with a true checksum.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

from stdnum import iban, luhn, numdb

CARD = "[card number removed]"
BANK_ACCOUNT = "[bank account removed]"

# People set groups apart by spaces, hyphens, dots and slashes, and copied text brings invisible characters.
_GAP = r"[\s\-‐-―−._/,·\u00ad\u200b-\u200d\u2060\ufeff]{0,3}"
_DIGITS = re.compile(rf"\d(?:{_GAP}\d){{12,}}")
_GROUP = re.compile(r"\d+")
_IBAN_START = re.compile(rf"(?=[a-z]{{2}}{_GAP}\d{_GAP}\d{_GAP}[a-z0-9])", re.IGNORECASE)
_IBAN_REST = re.compile(rf"[a-z0-9](?:{_GAP}[a-z0-9]){{14,33}}", re.IGNORECASE)
_ALPHANUMERIC = re.compile(r"[a-z0-9]", re.IGNORECASE)

_ISSUERS = (
    (re.compile(r"4"), {13, 16, 19}),  # Visa
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), {16}),  # Mastercard
    (re.compile(r"3[47]"), {15}),  # American Express
    (re.compile(r"3(?:0[0-5]|095|[689])"), set(range(14, 20))),  # Diners Club
    (re.compile(r"35(?:2[89]|[3-8])"), set(range(16, 20))),  # JCB
    (re.compile(r"50|5[6-8]|6"), set(range(13, 20))),  # Maestro, Discover, UnionPay, RuPay
    (re.compile(r"220[0-4]|8[12]|9792"), set(range(16, 20))),  # Mir, RuPay, Troy
)
_LONGEST_PHONE_NUMBER = 15


def mask(text: str) -> str:
    """Return the text with every card number and every IBAN replaced by words that say so."""
    return _mask_cards(_mask_bank_accounts(text))


def _mask_cards(text: str) -> str:
    return _DIGITS.sub(lambda run: _mask_run(run, text[: run.start()].endswith("+")), text)


def _mask_run(run: re.Match[str], after_plus: bool) -> str:
    """Mask the cards in a run of digit groups; a card begins and ends where a group does."""
    written = run.group()
    groups = list(_GROUP.finditer(written))
    digits = [_to_ascii(group.group()) for group in groups]
    pieces: list[str] = []
    done = first = 0
    while first < len(groups):
        last = next(_find_card_ends(digits[first:], phone=after_plus and first == 0), None)
        if last is None:
            first += 1
            continue
        pieces += [written[done : groups[first].start()], CARD]
        done = groups[first + last].end()
        first += last + 1
    return "".join([*pieces, written[done:]])


def _find_card_ends(groups: list[str], *, phone: bool) -> Iterator[int]:
    """Yield the groups with which a card that begins with the first one may end, the longest first."""
    lengths = list(accumulate(len(group) for group in groups[:19]))
    for last in reversed(range(len(lengths))):
        if phone and lengths[last] <= _LONGEST_PHONE_NUMBER:
            continue
        if _is_card("".join(groups[: last + 1]), lengths[last]):
            yield last


def _is_card(digits: str, length: int) -> bool:
    issued = any(length in lengths and prefix.match(digits) for prefix, lengths in _ISSUERS)
    return issued and luhn.is_valid(digits)


def _to_ascii(digits: str) -> str:
    return digits if digits.isascii() else "".join(str(unicodedata.digit(digit)) for digit in digits)


def _mask_bank_accounts(text: str) -> str:
    pieces: list[str] = []
    done = 0
    for start in _IBAN_START.finditer(text):
        if start.start() < done:
            continue
        end = _find_iban_end(text, start.start())
        if end is not None:
            pieces += [text[done : start.start()], BANK_ACCOUNT]
            done = end
    return "".join([*pieces, text[done:]])


def _find_iban_end(text: str, start: int) -> int | None:
    rest = _IBAN_REST.match(text, start)
    if rest is None:
        return None
    letters = list(_ALPHANUMERIC.finditer(rest.group()))
    number = "".join(letter.group() for letter in letters).upper()
    length = _get_iban_length(number[:2])
    if length is None or len(number) < length or not iban.is_valid(number[:length], check_country=False):
        return None
    return start + letters[length - 1].end()


@cache
def _get_iban_length(country: str) -> int | None:
    """Return how many characters the IBANs of a country have, or None where there are none."""
    properties = numdb.get("iban").info(country)[0][1]
    return 4 + sum(int(part) for part in re.findall(r"(\d+)!", properties["bban"])) if properties else None
