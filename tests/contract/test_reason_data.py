"""Proves that the labelled verbatims are what their guide says: varied, consistently labelled, and counted truly."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from bot.retention.reasons import Reason

DIRECTORY = Path(__file__).parents[2] / "data" / "reasons"
NAMES = ("train", "dev")
SMALLEST = {"train": 600, "dev": 120}
SMALLEST_LABEL = {"train": 45, "dev": 10}
SMALLEST_COMMON_LABEL = 100
COMMON_LABELS = (Reason.PRICE, Reason.CUSTOMER_SERVICE)
FEWEST_INDUSTRIES = 12
LONGEST = 250
SHARED_START = 0.02
FIELDS = {"id", "text", "labels", "industry", "form"}

Verbatim = dict[str, Any]


def read(name: str) -> list[Verbatim]:
    lines = (DIRECTORY / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


VERBATIMS = {name: read(name) for name in NAMES}
EVERY_VERBATIM = [verbatim for name in NAMES for verbatim in VERBATIMS[name]]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(text: str, length: int = 4) -> set[tuple[str, ...]]:
    """A text's runs of `length` words; a shorter text is one run by itself."""
    found = words(text)
    return {tuple(found[i : i + length]) for i in range(max(1, len(found) - length + 1))}


def near_twins(verbatims: list[Verbatim]) -> Iterator[tuple[str, str]]:
    """Pairs of ids whose texts share more than half the runs of the shorter one."""
    runs_of = {verbatim["id"]: runs(verbatim["text"]) for verbatim in verbatims}
    holders = defaultdict(list)
    for identifier, its_runs in runs_of.items():
        for run in its_runs:
            holders[run].append(identifier)
    shared = Counter(pair for identifiers in holders.values() for pair in combinations(identifiers, 2))
    for (one, other), count in shared.items():
        if count > min(len(runs_of[one]), len(runs_of[other])) / 2:
            yield one, other


def table(heading: str) -> dict[str, tuple[int, int]]:
    """A table of the README that counts training and development verbatims."""
    readme = (DIRECTORY / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"\| {heading} \| train \| dev \|\n\|.*\n((?:\|.*\n?)+)", readme)
    assert found, f"data/reasons/README.md has no table of {heading}"
    rows = re.findall(r"\| `(\w+)` \| (\d+) \| (\d+) \|", found.group(1))
    return {key: (int(train), int(dev)) for key, train, dev in rows}


def count(field: str) -> dict[str, tuple[int, int]]:
    def values(verbatim: Verbatim) -> list[str]:
        value = verbatim[field]
        return value if isinstance(value, list) else [value]

    train, dev = (Counter(v for verbatim in VERBATIMS[name] for v in values(verbatim)) for name in NAMES)
    return {key: (train[key], dev[key]) for key in train | dev}


def test_every_verbatim_has_the_same_fields_and_an_id_of_its_own() -> None:
    assert all(set(verbatim) == FIELDS for verbatim in EVERY_VERBATIM)
    assert len({verbatim["id"] for verbatim in EVERY_VERBATIM}) == len(EVERY_VERBATIM)


def test_every_label_is_a_known_reason_given_once() -> None:
    for verbatim in EVERY_VERBATIM:
        labels = verbatim["labels"]
        assert labels, verbatim
        assert set(labels) <= set(Reason), verbatim
        assert len(set(labels)) == len(labels), verbatim


def test_other_unclear_stands_alone() -> None:
    assert [v for v in EVERY_VERBATIM if Reason.OTHER_UNCLEAR in v["labels"] and len(v["labels"]) > 1] == []


def test_every_text_says_something_and_is_at_most_250_words_long() -> None:
    assert all(verbatim["form"] in ("answer", "review") for verbatim in EVERY_VERBATIM)
    assert all(verbatim["text"] == verbatim["text"].strip() != "" for verbatim in EVERY_VERBATIM)
    assert max(len(verbatim["text"].split()) for verbatim in EVERY_VERBATIM) <= LONGEST


def test_no_two_verbatims_are_near_twins_not_even_across_the_two_files() -> None:
    assert list(near_twins(EVERY_VERBATIM)) == []


def test_a_verbatim_with_a_few_words_changed_would_be_found() -> None:
    original = VERBATIMS["train"][100]
    twin = {**original, "id": "twin", "text": original["text"] + " And that is it."}
    assert list(near_twins([original, twin])) == [(original["id"], "twin")]


@pytest.mark.parametrize("name", NAMES)
def test_hardly_any_verbatims_begin_with_the_same_three_words(name: str) -> None:
    starts = Counter(" ".join(words(verbatim["text"])[:3]) for verbatim in VERBATIMS[name])
    start, how_many = starts.most_common(1)[0]
    assert how_many <= SHARED_START * len(VERBATIMS[name]), start


@pytest.mark.parametrize("name", NAMES)
def test_there_are_enough_verbatims_of_every_reason(name: str) -> None:
    labels = Counter(label for verbatim in VERBATIMS[name] for label in verbatim["labels"])
    assert len(VERBATIMS[name]) >= SMALLEST[name]
    assert {reason: labels[reason] for reason in Reason if labels[reason] < SMALLEST_LABEL[name]} == {}


def test_the_commonest_reasons_have_the_most_training_verbatims() -> None:
    labels = Counter(label for verbatim in VERBATIMS["train"] for label in verbatim["labels"])
    assert all(labels[reason] >= SMALLEST_COMMON_LABEL for reason in COMMON_LABELS)


def test_training_covers_many_industries_and_development_covers_others() -> None:
    train, dev = ({verbatim["industry"] for verbatim in VERBATIMS[name]} for name in NAMES)
    assert len(train) >= FEWEST_INDUSTRIES
    assert train.isdisjoint(dev)


@pytest.mark.parametrize(("heading", "field"), [("label", "labels"), ("form", "form"), ("industry", "industry")])
def test_the_sizes_in_the_guide_are_true(heading: str, field: str) -> None:
    assert table(heading) == count(field)


def test_the_number_of_verbatims_in_the_guide_is_true() -> None:
    assert table("verbatims") == {"all": tuple(len(VERBATIMS[name]) for name in NAMES)}


def test_the_guide_explains_every_label() -> None:
    readme = (DIRECTORY / "README.md").read_text(encoding="utf-8")
    assert [reason for reason in Reason if readme.count(f"| `{reason}` |") != 2] == []
