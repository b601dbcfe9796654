"""Finds sums of money in what people write, and what they are in minor units.

It must rather miss a sum than take an age, a rate of interest or a time of day for one.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from bot.retention.facts import Fact, FactKind
from bot.retention.money import LARGEST, count_decimals
from bot.retention.numbers import NUMBER_WORDS, read_number

_DIGITS = r"(?:\d{1,3}(?:[.,  ]\d{3})+|\d+)(?:[.,]\d{1,2})?(?![\d])"
_SIGN = (
    r"(?:(?:US|A|AU|C|CA|NZ|HK|S)\$|[£$€¥₹₽₺₩₪]|(?:EUR|GBP|USD|CHF|Rs\.?|INR|SEK|NOK|DKK|PLN|AUD|"
    r"CAD|NZD|ZAR) ?)"
)
_UNIT = (
    r"(?:euros?|eur|dollars?|usd|pounds?|gbp|quid|bucks?|grand|pence|cents?|rupees?|francs?|chf|"
    r"kronor|kroner|kr|zloty|"
    r"z[łl]|yen|pln|sek|nok|dkk|aud|cad|nzd|inr|zar|rand)"
)
_EACH = r"(?: ?/ ?| (?:an?|per|each|every|pr) )(?:calendar )?(?:month|mth|mo|year|yr|head)\b"
_SHORT = r"(?:k|K|m)\b"
_SPENT = (
    r"(?:paid|paying|pays|spent|costs?|charged?|charging|quoted|owed?|took|taken|taking|kept|keeping|"
    r"defrauded|fined|billed|refunded|"
    r"(?:order|bill|price|fee|total|quote|invoice|excess|fare)(?: was| is|'s))"
    r"(?: (?:me|us|you|them|of|for|out|just|only|over|about|around|nearly|almost|now|up to|at))*"
)
_END = (
    r"(?=\s*(?:[.,;:!?)\-](?!\d)|$|\n|(?:for|on|to|and|extra|more|less|then|but|because|instead|"
    r"or|when|last|this|plus)\b))"
)
_FORMS = (
    rf"(?P<signed>-?{_SIGN} ?{_DIGITS}(?:{_SHORT})?)",
    rf"(?P<after>{_DIGITS}(?:{_SHORT})? ?(?:[£$€]|{_UNIT}(?![\w-])))",
    rf"(?P<words>(?:{NUMBER_WORDS})(?:[- ](?:and )?(?:{NUMBER_WORDS}))*[- ](?:{_UNIT})(?![\w-]))",
    r"(?P<note>\ba (?:tenner|fiver)\b|\b(?:tenner|fiver)\b)",
    rf"(?P<each>{_DIGITS}(?:{_SHORT})?(?={_EACH}))",
    (
        rf"(?P<noun>{_DIGITS}(?= (?:deposit|excess|fine|penalty|surcharge|refund|voucher|cancellation "
        r"fee|admin fee|joining fee)\b))"
    ),
    rf"(?P<range>(?<=from )\d{{1,5}}(?:[.,]\d\d)?(?= to {_DIGITS}{_EACH}))",
    r"(?P<decimal>\d{1,4}[.,]\d\d(?![\d.,]*\d))",
    rf"(?:(?<=\W)|^)(?:{_SPENT}) (?P<spent>\d{{2,5}}|\d{{1,3}},\d{{3}}){_END}",
)
_SUM = re.compile(rf"(?<![\w.,:/-])(?:{'|'.join(_FORMS)})", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NOT_MONEY = re.compile(
    r"\s*(?:%|percent|per cent|am\b|pm\b|a\.m|p\.m|hrs?\b|hours?\b|mins?\b|minutes?|km\b|kg\b|mb\b|"
    r"gb\b|mbps|mph|miles|"
    r"stars?\b|times\b|people\b|x\b|/\d|:\d|o'?clock|inch|cm\b|mm\b|years?\b|months?\b|weeks?\b|days?\b)",
    re.IGNORECASE,
)
HOURS = 24
_VERSION = re.compile(r"\b(?:version|v|ios|android|section|rate|update|patch)\s$", re.IGNORECASE)
_PRICED = re.compile(
    r"\b(?:paid|pay|paying|costs?|charged?|charges|for|now|only|extra|price|fee|just|is|was)\s$", re.IGNORECASE
)
_WEIGHT = re.compile(
    r"\b(?:los[te]|losing|gain(?:ed)?|weigh(?:s|ed|t)?|shed|heavier|lighter)\b[^.!?]{0,20}$", re.IGNORECASE
)
_DOLLARS = {"US": "USD", "A": "AUD", "AU": "AUD", "C": "CAD", "CA": "CAD", "NZ": "NZD", "HK": "HKD", "S": "SGD"}
_SIGNS = {"£": "GBP", "€": "EUR", "$": "USD", "¥": "JPY", "₹": "INR", "₽": "RUB", "₺": "TRY", "₩": "KRW", "₪": "ILS"}
_WORDS = (
    ("GBP", r"gbp|pounds?|quid|tenner|fiver|pence"),
    ("EUR", r"eur|euros?"),
    ("USD", r"usd|dollars?|bucks?"),
    ("CHF", r"chf|francs?"),
    ("INR", r"inr|rs\.?|rupees?"),
    ("PLN", r"pln|zloty|z[łl]"),
    *((code, code.lower()) for code in ("SEK", "NOK", "DKK", "AUD", "CAD", "NZD", "ZAR")),
)
_MINOR = re.compile(r"\b(?:pence|cents?)\b", re.IGNORECASE)
_EUROPEAN = re.compile(r"^\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?$|^\d+,\d{1,2}$")


def find_amounts(text: str) -> list[Fact]:
    """Return the sums of money in a text, each with its value where it can be read."""
    found = []
    for match in _SUM.finditer(text):
        form = next(name for name, words in match.groupdict().items() if words is not None)
        if not _is_money(text, match, form):
            continue
        start, end = match.span(form)
        words = text[start:end].rstrip()
        value, currency = _read(words)
        found.append(Fact(FactKind.AMOUNT, words, start, start + len(words), value, currency))
    return found


def _is_money(text: str, match: re.Match[str], form: str) -> bool:
    start, end = match.span(form)
    before, after = text[max(0, start - 40) : start], text[end : end + 20]
    if form == "spent" and _YEAR.fullmatch(match[form]):
        return False
    if form in ("decimal", "spent"):
        return not _NOT_MONEY.match(after) and not (form == "decimal" and _is_no_price(text[start:end], before))
    if form in ("each", "range"):
        return len(match[form]) > 1
    return not (re.search(r"pounds?$", match[0], re.IGNORECASE) and _WEIGHT.search(before))


def _is_no_price(words: str, before: str) -> bool:
    """Tell whether two decimals may be a time of day or the number of a version."""
    if _VERSION.search(before):
        return True
    hours, _, minutes = words.replace(",", ".").partition(".")
    is_clock = int(hours) < HOURS and minutes in ("00", "15", "30", "45")
    return is_clock and not _PRICED.search(before)


def _read(words: str) -> tuple[int | None, str | None]:
    currency = _find_currency(words)
    number = _read_digits(words)
    if number is None:
        return None, currency
    decimals = 2 if currency is None else count_decimals(currency)
    units = number if _MINOR.search(words) else number.scaleb(decimals)
    whole = units == units.to_integral_value() and units <= LARGEST
    return (int(units) if whole else None), currency


def _read_digits(words: str) -> Decimal | None:
    if re.search(r"tenner|fiver", words, re.IGNORECASE):
        return Decimal(10 if "ten" in words.casefold() else 5)
    digits = re.search(_DIGITS, words)
    if digits is None:
        counted = read_number(words)
        return None if counted is None else Decimal(counted)
    plain = digits[0].replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
    plain = plain.replace(".", "").replace(",", ".") if _EUROPEAN.match(plain) else plain.replace(",", "")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    rest = words[digits.end() :].casefold()
    return number * (1_000_000 if rest.startswith("m") else 1000 if rest.startswith("k") or "grand" in rest else 1)


def _find_currency(words: str) -> str | None:
    dollars = re.search(r"\b(US|AU|A|CA|C|NZ|HK|S)\$", words)
    if dollars:
        return _DOLLARS[dollars[1]]
    for sign, code in _SIGNS.items():
        if sign in words:
            return code
    lower = words.casefold()
    return next((code for code, names in _WORDS if re.search(rf"(?<![a-z])(?:{names})(?![a-z])", lower)), None)
