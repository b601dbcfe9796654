"""Proves that the labelled verbatims are what their guide says: varied, consistently labelled, and counted truly."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from bot.retention.reasons import Reason

DIRECTORY = Path(__file__).parents[2] / "data" / "reasons"
NAMES = ("train", "calibration", "dev")
SMALLEST = {"train": 2500, "calibration": 300, "dev": 500}
SMALLEST_LABEL = {"train": 120, "calibration": 20, "dev": 20}
FEWEST_INDUSTRIES = 15
SMALLEST_INDUSTRY = 80
LONGEST = 250
LONG_SHARE, LONG = 0.20, 80
SHORT_SHARE, SHORT = 0.20, 6
SHARED_START = 0.01
FIELDS = {"id", "text", "labels", "industry", "form"}
SOMETIMES = {"allowed", "facts"}
DEVELOPMENT_SHA256 = "d6ae88f77f98cadbf253d96ca80c1a1232ffcaa248f49fda28683956c6cbc4e4"
"""Labels may be corrected, each with a line in the README; the texts stay. Then this is the new hash of the file."""

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


def table(heading: str) -> dict[str, tuple[int, ...]]:
    """A table of the README that counts the verbatims of each file."""
    readme = (DIRECTORY / "README.md").read_text(encoding="utf-8")
    head = re.escape(f"| {' | '.join([heading, *NAMES])} |")
    found = re.search(rf"{head}\n\|.*\n((?:\|.*\n?)+)", readme)
    assert found, f"data/reasons/README.md has no table of {heading}"
    rows = re.findall(r"\| `(\w+)` \| (\d+) \| (\d+) \| (\d+) \|", found.group(1))
    return {key: tuple(map(int, counts)) for key, *counts in rows}


def count(field: str) -> dict[str, tuple[int, ...]]:
    def values(verbatim: Verbatim) -> list[str]:
        value = verbatim[field]
        return value if isinstance(value, list) else [value]

    counted = [Counter(v for verbatim in VERBATIMS[name] for v in values(verbatim)) for name in NAMES]
    return {key: tuple(counter[key] for counter in counted) for key in set().union(*counted)}


def lengths(name: str) -> list[int]:
    return [len(verbatim["text"].split()) for verbatim in VERBATIMS[name]]


def test_every_verbatim_has_the_same_fields_and_an_id_of_its_own() -> None:
    assert all(FIELDS <= set(verbatim) <= FIELDS | SOMETIMES for verbatim in EVERY_VERBATIM)
    assert len({verbatim["id"] for verbatim in EVERY_VERBATIM}) == len(EVERY_VERBATIM)


def test_every_label_is_a_known_reason_given_once() -> None:
    for verbatim in EVERY_VERBATIM:
        labels = verbatim["labels"]
        assert labels, verbatim
        assert set(labels) <= set(Reason), verbatim
        assert len(set(labels)) == len(labels), verbatim


def test_what_is_merely_allowed_is_a_known_reason_and_no_label() -> None:
    for verbatim in EVERY_VERBATIM:
        assert set(verbatim.get("allowed", ())) <= set(Reason) - set(verbatim["labels"]), verbatim


def test_every_fact_stands_in_its_text() -> None:
    facts = [(verbatim["text"], fact) for verbatim in EVERY_VERBATIM for fact in verbatim.get("facts", ())]
    assert [fact for text, fact in facts if fact["text"] not in text] == []
    assert {fact["kind"] for _, fact in facts} == {"competitor", "place", "amount", "feature", "time"}


def test_the_development_verbatims_are_the_ones_that_were_written_before_training() -> None:
    assert sha256((DIRECTORY / "dev.jsonl").read_bytes()).hexdigest() == DEVELOPMENT_SHA256


def test_other_unclear_stands_alone() -> None:
    assert [v for v in EVERY_VERBATIM if Reason.OTHER_UNCLEAR in v["labels"] and len(v["labels"]) > 1] == []


def test_every_text_says_something_and_is_at_most_250_words_long() -> None:
    assert all(verbatim["form"] in ("answer", "review") for verbatim in EVERY_VERBATIM)
    assert all(verbatim["text"] == verbatim["text"].strip() != "" for verbatim in EVERY_VERBATIM)
    assert max(len(verbatim["text"].split()) for verbatim in EVERY_VERBATIM) <= LONGEST


def test_no_two_verbatims_are_near_twins_not_even_across_the_files() -> None:
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


def test_training_has_many_long_and_many_curt_verbatims() -> None:
    words_of_each = lengths("train")
    assert sum(length > LONG for length in words_of_each) >= LONG_SHARE * len(words_of_each)
    assert sum(length < SHORT for length in words_of_each) >= SHORT_SHARE * len(words_of_each)


def test_training_covers_many_industries_each_with_many_verbatims() -> None:
    industries = Counter(verbatim["industry"] for verbatim in VERBATIMS["train"])
    assert len(industries) >= FEWEST_INDUSTRIES
    assert {industry: number for industry, number in industries.items() if number < SMALLEST_INDUSTRY} == {}


def test_development_is_about_other_industries_than_training() -> None:
    train, _, dev = ({verbatim["industry"] for verbatim in VERBATIMS[name]} for name in NAMES)
    assert train.isdisjoint(dev)


@pytest.mark.parametrize(("heading", "field"), [("label", "labels"), ("form", "form"), ("industry", "industry")])
def test_the_sizes_in_the_guide_are_true(heading: str, field: str) -> None:
    assert table(heading) == count(field)


def test_the_number_of_verbatims_in_the_guide_is_true() -> None:
    assert table("verbatims") == {"all": tuple(len(VERBATIMS[name]) for name in NAMES)}


def test_the_guide_explains_every_label() -> None:
    readme = (DIRECTORY / "README.md").read_text(encoding="utf-8")
    assert [reason for reason in Reason if readme.count(f"| `{reason}` |") != 2] == []
