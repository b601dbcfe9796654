"""What is hard for somebody is heard, in their own words and spellings; what only sounds like it is not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.retention.sensitive import Trouble, hear_trouble

SENTENCES = yaml.safe_load((Path(__file__).parent / "sensitive_sentences.yml").read_text(encoding="utf-8"))
TOLD = [(kind, text) for kind, texts in SENTENCES["told"].items() for text in texts]


def test_there_are_many_sentences_of_both_kinds() -> None:
    assert len(TOLD) >= 90
    assert len(SENTENCES["not_told"]) >= 90


@pytest.mark.parametrize(("kind", "text"), TOLD)
def test_a_customer_who_tells_of_something_hard_is_heard(kind: str, text: str) -> None:
    assert hear_trouble(text) is Trouble(kind)


@pytest.mark.parametrize("text", SENTENCES["not_told"])
def test_a_customer_who_only_complains_is_not_pitied(text: object) -> None:
    assert hear_trouble(str(text)) is None


@pytest.mark.parametrize(("kind", "text"), TOLD[::7])
def test_trouble_is_heard_within_a_longer_story_in_capitals_and_beside_a_stop(kind: str, text: str) -> None:
    assert hear_trouble(f"I was a customer for years. {text}. Stop writing to me.") is Trouble(kind)
    assert hear_trouble(text.upper()) is Trouble(kind)


def test_a_complaint_beside_trouble_does_not_hide_it() -> None:
    assert hear_trouble("My phone died and so did my husband, he died in May.") is Trouble.BEREAVEMENT
    assert hear_trouble("I'm sick of it all, and my wife has cancer") is Trouble.ILLNESS


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_listened_to(text: str) -> None:
    assert hear_trouble(text) is None or hear_trouble(text) in set(Trouble)


@pytest.mark.parametrize("word", ["my ", "have just ", "really ", "the price ", "is ", "lost my "])
def test_a_hostile_text_costs_little_time(word: str) -> None:
    began = time.process_time()
    hear_trouble(word * (10_000 // len(word)))
    assert time.process_time() - began < 5
