"""Reads and writes Rasa's training examples; it must not change what they say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

# What Rasa would read as the mark of an entity.
_MARKS = str.maketrans("[]{}", "()()")


@dataclass(frozen=True)
class Example:
    """A text with its intent."""

    text: str
    intent: str


def read_examples(files: Iterable[Path]) -> list[Example]:
    """Return the examples of Rasa's training files in their order, each text once with the first intent it has."""
    found: dict[str, Example] = {}
    for file in files:
        for block in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)["nlu"]:
            for line in block.get("examples", "").splitlines() if "intent" in block else ():
                text = line.strip().removeprefix("- ").strip()
                if text:
                    found.setdefault(text, Example(text, block["intent"]))
    return list(found.values())


def write_examples(examples: Sequence[Example]) -> str:
    """Return a training file of Rasa's: one text a line, without marks of entities."""
    texts: dict[str, list[str]] = defaultdict(list)
    for example in examples:
        texts[example.intent].append(" ".join(example.text.split()).translate(_MARKS))
    blocks = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts[intent])} for intent in sorted(texts)
    ]
    return yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True, width=10**6)
