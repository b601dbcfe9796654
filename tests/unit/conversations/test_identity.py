"""A company's back end vouches for its customers; nobody else can."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.identity import (
    LONGEST_TOKEN,
    CustomerTokenExpired,
    CustomerTokenMalformed,
    CustomerTokenRefused,
    CustomerTokens,
    CustomerTokensOff,
    VouchedCustomer,
    sign_token,
)
from tests.conftest import FixedClock
from tests.gateway import TOKEN_SECRET, make_settings

ADA = {
    "sub": "C-1",
    "name": "Ada Lovelace",
    "email": "Ada@Example.org",
    "plan": "Family",
    "monthly_value": "39.00",
    "currency": "EUR",
    "place": "Leeds",
    "timezone": "Europe/London",
    "joined_at": "2024-03-01",
}


@pytest.fixture
def tokens(clock: FixedClock) -> CustomerTokens:
    return CustomerTokens(make_settings(), clock)


def encode(part: object) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def forge(header: object, claims: object, digest: str = "sha256", secret: str = TOKEN_SECRET) -> str:
    """Make a token by hand, as an attacker does who cares for no library."""
    signed = f"{encode(header)}.{encode(claims)}"
    return f"{signed}.{encode(hmac.new(secret.encode(), signed.encode(), digest).digest())}"


def test_a_customer_is_known_with_everything_the_company_says(tokens: CustomerTokens, clock: FixedClock) -> None:
    assert tokens.read(sign_token(TOKEN_SECRET, ADA, clock())) == VouchedCustomer(
        external_id="C-1",
        name="Ada Lovelace",
        email="Ada@example.org",
        plan="Family",
        monthly_value=3900,
        currency="EUR",
        place="Leeds",
        timezone="Europe/London",
        joined_at=datetime(2024, 3, 1, tzinfo=UTC),
    )


def test_an_id_is_enough_to_be_known(tokens: CustomerTokens, clock: FixedClock) -> None:
    assert tokens.read(sign_token(TOKEN_SECRET, {"sub": "C-1"}, clock())) == VouchedCustomer("C-1")


def test_the_same_token_may_be_shown_again_and_again(tokens: CustomerTokens, clock: FixedClock) -> None:
    token = sign_token(TOKEN_SECRET, ADA, clock())
    assert tokens.read(token) == tokens.read(token)


def test_a_server_without_the_secret_accepts_nobody(clock: FixedClock) -> None:
    tokens = CustomerTokens(make_settings(customer_token_secret=None), clock)
    with pytest.raises(CustomerTokensOff, match="CUSTOMER_TOKEN_SECRET is not set"):
        tokens.read(sign_token(TOKEN_SECRET, ADA, clock()))


def test_a_token_ends_with_its_time_and_not_before(tokens: CustomerTokens, clock: FixedClock) -> None:
    token = sign_token(TOKEN_SECRET, ADA, clock(), timedelta(hours=1))
    clock.move(minutes=60, seconds=30)  # The clocks of two machines are never quite the same.
    tokens.read(token)
    clock.move(minutes=1)
    with pytest.raises(CustomerTokenExpired, match="sign a new one"):
        tokens.read(token)


def hours(clock: FixedClock, count: float) -> int:
    return int(clock().timestamp() + 3600 * count)


FOREIGN = {
    "nothing": lambda now: "",
    "no token at all": lambda now: "hello",
    "another secret": lambda now: sign_token("x" * 40, ADA, now),
    "no signature": lambda now: jwt.encode(ADA, None, algorithm="none"),
    "none with a signature": lambda now: forge({"alg": "none", "typ": "JWT"}, ADA),
    "None in other letters": lambda now: forge({"alg": "nOnE"}, ADA),
    "another algorithm, rightly signed": lambda now: forge({"alg": "HS512"}, ADA, "sha512"),
    "an algorithm of keys in pairs": lambda now: forge({"alg": "RS256"}, ADA),
    "no algorithm": lambda now: forge({}, ADA),
    "an algorithm that is a list": lambda now: forge({"alg": ["HS256"]}, ADA),
    "claims that are a list": lambda now: forge({"alg": "HS256"}, [1, 2]),
    "claims that are no JSON": lambda now: forge({"alg": "HS256"}, b"\xff{"),
    "a critical extension": lambda now: forge({"alg": "HS256", "crit": ["b64"], "b64": False}, ADA),
    "a header without a bottom": lambda now: forge(b"[" * 2800, ADA),
    "half a character": lambda now: "\ud800.a.b",
    "a changed claim": lambda now: (
        sign_token(TOKEN_SECRET, ADA, now).split(".")[0]
        + "."
        + encode(ADA | {"sub": "C-2"})
        + "."
        + sign_token(TOKEN_SECRET, ADA, now).split(".")[2]
    ),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_token_that_the_company_did_not_sign_proves_nothing(
    what: str, tokens: CustomerTokens, clock: FixedClock
) -> None:
    with pytest.raises(CustomerTokenRefused) as refusal:
        tokens.read(FOREIGN[what](clock()))
    assert refusal.value.code == "customer_token_invalid"
    assert "CUSTOMER_TOKEN_SECRET" in str(refusal.value)


WRONG = {
    "no id": ({"sub": None}, "sub"),
    "an id that is a number": ({"sub": 4711}, "sub: Input should be a valid string."),
    "an empty id": ({"sub": "  "}, "sub"),
    "an id without end": ({"sub": "x" * 201}, "sub"),
    "a control character": ({"name": "Ada\x00"}, "name: control characters"),
    "no end": ({"exp": None}, "exp"),
    "an end that is a word": ({"exp": "tomorrow"}, "exp"),
    "an end beyond all numbers": ({"exp": 10**400}, "exp"),
    "an end that is no number": ({"exp": float("nan")}, "exp"),
    "an end next year": ({"exp": 1_900_000_000}, "exp is too far ahead: 6 hours at most"),
    "a mistyped claim": ({"montly_value": "39"}, "'montly_value' is not a claim"),
    "no address": ({"email": "ada at example"}, "email: this is no e-mail address."),
    "two addresses": ({"email": "a@example.org b@example.org"}, "email"),
    "a value without currency": ({"currency": None}, "monthly_value needs a currency"),
    "a comma": ({"monthly_value": "39,00"}, "monthly_value: write it as a decimal number with a point"),
    "a debt": ({"monthly_value": -5}, "monthly_value"),
    "parts of a cent": ({"monthly_value": "39.001"}, "monthly_value: it has more decimals than EUR"),
    "all the money there is": ({"monthly_value": 99_999_999}, "monthly_value: it is too large"),
    "a value that is a switch": ({"monthly_value": True}, "monthly_value"),
    "a currency in words": ({"currency": "euro"}, "currency: write the currency's code"),
    "no such zone": ({"timezone": "Europe/Atlantis"}, "timezone: write the IANA name"),
    "no such day": ({"joined_at": "2024-02-31"}, "joined_at: write a date"),
    "a day before all customers": ({"joined_at": "0001-01-01"}, "joined_at"),
    "somebody else's token": ({"aud": "billing"}, "aud"),
    "trial in words": ({"trial": "yes"}, "trial"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_developer_reads_which_claim_is_wrong(what: str, tokens: CustomerTokens, clock: FixedClock) -> None:
    changes, sentence = WRONG[what]
    claims = ADA | {"exp": hours(clock, 1)} | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    with pytest.raises(CustomerTokenMalformed) as refusal:
        tokens.read(jwt.encode(claims, TOKEN_SECRET, algorithm="HS256"))
    assert sentence in str(refusal.value)
    assert "Lovelace" not in str(refusal.value)


@pytest.mark.parametrize("token", [None, 7, True, ["a"], {"a": 1}, "x" * (LONGEST_TOKEN + 1)])
def test_what_cannot_be_a_token_is_refused_before_anything_is_computed(token: object, tokens: CustomerTokens) -> None:
    with pytest.raises(CustomerTokenMalformed):
        tokens.read(token)


def test_a_token_from_the_future_points_to_the_clocks(tokens: CustomerTokens, clock: FixedClock) -> None:
    token = jwt.encode({"sub": "C", "iat": hours(clock, 1), "exp": hours(clock, 2)}, TOKEN_SECRET, algorithm="HS256")
    with pytest.raises(CustomerTokenRefused, match="compare the clocks"):
        tokens.read(token)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from([*ADA, "exp", "iat", "nbf", "aud", "trial", "other"])


@given(claims=st.dictionaries(NAMES, JSON), header=JSON)
def test_whatever_a_signed_token_says_it_is_taken_or_refused_and_nothing_breaks(claims: object, header: object) -> None:
    tokens = CustomerTokens(make_settings(), FixedClock())
    for token in (forge({"alg": "HS256"}, claims), forge(header, claims)):
        try:
            known = tokens.read(token)
        except CustomerTokenRefused:
            continue
        assert 0 < len(known.external_id) <= 200
