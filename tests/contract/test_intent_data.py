"""The messages on which understanding is measured are frozen, and none of them is trained on."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

from bot.intents.examples import read_examples, read_texts
from bot.intents.meanings import Meaning

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "data/intents"
FROZEN = {
    "dev.jsonl": "08d50fc9f38e8f516a94bb25c8cf08ae544235650255d63829d7864078df5eec",
    "opt_out_said.jsonl": "38bde7355ac5f2aed3b26657551b2e05743930feec6c1787154f9252ede33753",
    "opt_out_not_said.jsonl": "71077cfd5292684b32963c901b2aeb317ce532de7a0cb93b3d1f30a6a33a67c1",
    "public.jsonl": "d2311e93236c087efaad482ba629671ff9edaece093172d2222d98931361bc6b",
}


@pytest.mark.parametrize("name", FROZEN)
def test_the_development_messages_are_as_they_were_written(name: str) -> None:
    assert sha256((FOLDER / name).read_bytes()).hexdigest() == FROZEN[name]


def test_every_meaning_is_measured() -> None:
    counts = Counter(example.meaning for example in read_examples(FOLDER / "dev.jsonl"))
    assert set(counts) == set(Meaning)
    assert min(counts.values()) >= 20


def test_the_opt_out_is_measured_on_200_ways_to_say_it_and_200_that_are_none() -> None:
    said, not_said = read_texts(FOLDER / "opt_out_said.jsonl"), read_texts(FOLDER / "opt_out_not_said.jsonl")
    assert (len(set(said)), len(set(not_said))) == (200, 200)


def test_no_sentence_of_several_words_is_both_trained_and_measured() -> None:
    trained = set()
    for path in (ROOT / "data/nlu").glob("*.yml"):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            trained |= {_plain(line.removeprefix("- ")) for line in block["examples"].splitlines()}
    measured = {_plain(json.loads(line)["text"]) for name in FROZEN for line in _read_lines(name)}
    shared = {text for text in measured & trained if len(text.split()) > MOST_SHARED_WORDS}
    assert not shared


# So few words anybody would choose alike.
MOST_SHARED_WORDS = 4


def _read_lines(name: str) -> list[str]:
    return (FOLDER / name).read_text(encoding="utf-8").splitlines()


def _plain(text: str) -> str:
    return " ".join("".join(sign for sign in text.lower() if sign.isalnum() or sign.isspace()).split())
