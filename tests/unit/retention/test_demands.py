"""The opt-out in many words, by the rules alone: 159 ways to say it, and 163 sentences that come near."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.retention.opt_out import asks_to_stop, mentions_stop

FOLDER = Path(__file__).parent
SAID = (FOLDER / "opt_out_said.txt").read_text(encoding="utf-8").splitlines()
NOT_SAID = (FOLDER / "opt_out_not_said.txt").read_text(encoding="utf-8").splitlines()


def is_heard(text: str) -> bool:
    return asks_to_stop(text) or mentions_stop(text)


def test_nearly_all_who_want_to_be_left_alone_are_heard_by_their_words_alone() -> None:
    missed = [text for text in SAID if not is_heard(text)]
    assert len(missed) <= 0.05 * len(SAID), missed


@pytest.mark.parametrize("text", NOT_SAID)
def test_whoever_merely_uses_such_words_is_not_taken_to_want_it(text: str) -> None:
    assert not is_heard(text)


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "text", ["please " * 40, "i dont want " * 13, "no call and " * 13, "if i " * 20, "stop, " * 900]
)
def test_a_hostile_text_does_not_keep_the_rules_busy(text: str) -> None:
    is_heard(text)
