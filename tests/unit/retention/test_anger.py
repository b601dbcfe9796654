"""Anger is heard from the words, and being dissatisfied is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retention.anger import is_angry


@pytest.mark.parametrize(
    "text",
    [
        "you are a bunch of idiots",
        "this is a fucking disgrace",
        "F*** this app",
        "WORST SERVICE I EVER HAD",
        "I'm furious",
        "Absolute scammers",
        "your support is useless",
        "I HAVE ASKED YOU FIVE TIMES",
        "how dare you charge me twice",
        "what a shambles",
    ],
)
def test_anger_is_heard(text: str) -> None:
    assert is_angry(text)


@pytest.mark.parametrize(
    "text",
    [
        "the app kept crashing every evening",
        "it is too expensive for what it does",
        "I waited three weeks for an answer",
        "the quality was bad and the lid leaks",
        "I use the API and the SDK with AWS",
        "OK",
        "NO",
        "it was not for me",
        "delivery came late twice",
        "I moved to Scunthorpe",
    ],
)
def test_being_dissatisfied_is_no_anger(text: str) -> None:
    assert not is_angry(text)


@given(st.text())
def test_whatever_is_typed_is_borne(text: str) -> None:
    assert is_angry(text) in (True, False)
