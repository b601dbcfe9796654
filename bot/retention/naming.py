"""Completes an answer that is a mere name ("Aberdeen, in March") to the sentence that the question asked for.

It must not change a word of the answer: what is found in it stands in their own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.retention.facts import Fact
from bot.retention.reasons import Reason

_LEAD_IN = {
    Reason.RELOCATION: "we relocated to ",
    Reason.COMPETITOR: "I switched to ",
    Reason.MISSING_FEATURES: "you don't have ",
}
_NAME = re.compile(
    r"(?:(?:to|with|it's|its|in) )?(?!\w+ing\b)[A-Z][\w'’&.+-]*(?: (?:[A-Z][\w'’&.+-]*|of|de|upon|on|the))*(?=[,.;!]|$)"
)
_THING = re.compile(r"(?:an? |the |any |some |your )?[\w'’-]+(?: [\w'’-]+){0,3}[.!]?")
_PREPOSITION = re.compile(r"(?:to|with|it's|its|in) ", re.IGNORECASE)


@dataclass(frozen=True)
class Completed:
    """A sentence whose end, from `start` on, is an answer from its `skipped` first characters on."""

    text: str
    start: int
    skipped: int

    def cut(self, facts: Iterable[Fact]) -> Iterator[Fact]:
        """Yield the facts that stand in the answer, where they stand there."""
        for fact in facts:
            if fact.start >= self.start:
                shift = self.start - self.skipped
                yield replace(fact, start=fact.start - shift, end=fact.end - shift)


def complete_answer(words: str, leading: Reason | None) -> Completed | None:
    """Return the sentence to which a mere name completes the question about the leading reason, or None."""
    lead_in = _LEAD_IN.get(leading) if leading is not None else None
    if lead_in is None:
        return None
    begin = len(words) - len(words.lstrip())
    is_thing = leading is Reason.MISSING_FEATURES
    if not (_THING.fullmatch(words.strip()) if is_thing else _NAME.match(words, begin)):
        return None
    preposition = None if is_thing else _PREPOSITION.match(words, begin)
    skipped = preposition.end() if preposition else begin
    return Completed(lead_in + words[skipped:], len(lead_in), skipped)
