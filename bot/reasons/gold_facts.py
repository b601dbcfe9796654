"""Reads the facts that stand beside labelled verbatims in a file; it must not find or judge any."""

from __future__ import annotations

import json
from pathlib import Path

from bot.reasons.fact_evaluation import FactsUnreadable, GoldFact, read_gold


def read_gold_file(path: Path) -> list[tuple[GoldFact, ...]] | None:
    """Return the facts of each verbatim of a file that `read_verbatims` has read, or None where no line has any.

    Raises:
        FactsUnreadable: facts of a line are not what they should be; the message names the line.
    """
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8-sig").split("\n") if line.strip()]
    if not any("facts" in line for line in lines):
        return None
    return [_read(path, number, line) for number, line in enumerate(lines, start=1)]


def _read(path: Path, number: int, line: dict[str, object]) -> tuple[GoldFact, ...]:
    facts = line.get("facts", [])
    try:
        if not isinstance(facts, list) or not all(isinstance(fact, dict) for fact in facts):
            raise FactsUnreadable("“facts” is a list of objects with kind and text.")
        return read_gold(str(line["text"]), facts)
    except FactsUnreadable as error:
        raise FactsUnreadable(f"{path}, verbatim {number}: {error}") from error
