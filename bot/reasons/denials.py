"""Leaves out what a customer says was not the reason; it must not judge what the rest of the text means.

"The price was fine, it's the staff" speaks of the price as loudly as of the staff, and neither view of a text hears the
difference in a few words. A clause is left out only where all of it praises or denies, and something else is left.
"""

from __future__ import annotations

import re

from bot.reasons.wording import clean

_CLAUSE_END = re.compile(r"([.!?;,:]+(?:\s|$)|\s+[-–—]+\s+|\s+but\s+|\s+only\s+that\s+)", re.IGNORECASE)
_THING = (
    r"(?:(?:the|your|their|its|our|my|this|that|these|all|both)\s+)?(?:[\w']+\s+){0,2}[\w']+"
    r"(?:\s+(?:and|or|itself)(?:\s+[\w']+){0,3})?"
)
_VERY = (
    r"(?:(?:very|really|quite|pretty|all|always|perfectly|mostly|absolutely|so|just|honestly|truly|generally|"
    r"actually|more than)\s+)*"
)
_GOOD = (
    r"(?:fine|ok|okay|o\.k|good|great|fair|alright|all right|reasonable|acceptable|lovely|friendly|excellent|brilliant|"
    r"perfect|helpful|nice|wonderful|fantastic|cheap|polite|spot on|no problem|no issue|not bad|not an issue|"
    r"not a problem|not the (?:problem|issue|reason)|never (?:the|a|an) (?:problem|issue|reason))(?:\s+enough)?"
)
_NOT = (
    r"(?:isn'?t|is not|wasn'?t|was not|was never|is never|'s not|not|never|aren'?t|weren'?t|has nothing to do with|"
    r"had nothing to do with)"
)
_WHY = (
    r"(?:(?:really|even|so much|just)\s+)?(?:(?:about|because of|due to|down to|for|over|to do with|a matter of)\s+)?"
)
_MORE = r"(?:\s+[\w']+){0,3}"
_MATTER = rf"(?:the|your|about|money|costs?|prices?){_MORE}"
_WHOLE_CLAUSE = re.compile(
    r"(?:(?:and|so|well|look|tbh|honestly|to be fair|in fairness|i mean|actually|yes|no)\s+)*(?:"
    rf"{_THING}\s+(?:(?:was|is|were|are|have been|has been|had been)\s+)?{_VERY}{_GOOD}"
    rf"|(?:(?:it|this|that|its|they|reason)\s*)?{_NOT}\s+{_WHY}{_MATTER}"
    rf"|(?:it|its|it's)\s+not\s+{_WHY}{_MATTER}"
    r"|(?:(?:i|we)\s+(?:have|had|'ve)\s+|there (?:is|was)\s+)?(?:no|zero)\s+(?:complaints?|issues?|problems?|quarrels?)"
    r"(?:\s+(?:about|with|at all|whatsoever)(?:\s+[\w']+){0,5})?"
    r"|(?:there (?:is|was)\s+)?nothing\s+(?:wrong\s+with|against)(?:\s+[\w']+){1,5}"
    r"|(?:(?:i|we)\s+)?(?:love[ds]?|like[ds]?|(?:(?:was|am|were)\s+)?happy with)\s+(?:the|your|everything)"
    rf"{_MORE}"
    r")",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w")
_LONGEST_CLAUSE = 90
"""Characters; a longer clause says more than that something was fine."""


def read_causes(text: str) -> str:
    """Return the plain words of a text that may say why somebody leaves; empty where it has no words."""
    return leave_out_denials(clean(text))


def leave_out_denials(text: str) -> str:
    """Return a text without the clauses that only say what was good or was not the reason; whole if that is all."""
    parts = _CLAUSE_END.split(text)
    clauses, ends = parts[::2], [*parts[1::2], ""]
    kept = "".join(clause + end for clause, end in zip(clauses, ends, strict=True) if not _is_denial(clause))
    return kept.strip() if _WORD.search(kept) else text


def _is_denial(clause: str) -> bool:
    words = clause.strip()
    return 0 < len(words) <= _LONGEST_CLAUSE and _WHOLE_CLAUSE.fullmatch(words) is not None
