"""Makes examples of an answer out of what customers said of why they leave.

It must not pick by chance: the same verbatims give the same examples.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

#: As many as keep an answer the likeliest thing somebody says without drowning the rest.
MOST = 900
INTENT = "inform"

# Brackets and braces mark entities in Rasa's examples.
_MARKS = re.compile(r"[\[\]{}\s]+")


def write_answers(verbatims: Path, target: Path) -> list[Path]:
    """Write up to `MOST` verbatims as Rasa's training data; return the file, or nothing where there are none."""
    if not verbatims.is_file():
        return []
    lines = verbatims.read_text(encoding="utf-8").splitlines()
    texts = {_MARKS.sub(" ", json.loads(line)["text"]).strip().lstrip("/") for line in lines if line.strip()}
    # By its hash each is as likely to be taken as any other, and stays taken when others come.
    chosen = sorted((text for text in texts if text), key=_hash)[:MOST]
    examples = "\n".join(f"- {text}" for text in chosen)
    # JSON is YAML, and quotes whatever needs it; but YAML does not know JSON's pairs of escapes for one emoji.
    content = {"version": "3.1", "nlu": [{"intent": INTENT, "examples": examples}]}
    target.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return [target]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
