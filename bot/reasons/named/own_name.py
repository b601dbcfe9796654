"""Tells whose name a name is: that of the company that is being left is no rival's. It must not judge rivals."""

from __future__ import annotations

import re
from functools import lru_cache

_LEFT = (
    r"(?:been|customers? (?:of|with|at)|members? (?:of|with|at)|years? (?:with|at|of)|months? (?:with|"
    r"at|of)|loyal to|"
    r"leav(?:e|ing)|cancel\w*(?: my| our| the)?|avoid|dear|hey|hi|thanks|thank you|shame on(?: you)?|"
    r"clos(?:ed|ing) my|"
    r"dump(?:ed|ing)|ditch(?:ed|ing)|quit(?:ting)?|good ?bye|bye|uninstall(?:ed|ing)?|delet(?:ed?|ing)|away from|"
    r"recommend|trusted|told|phoned|rang|called|emailed|contacted|contacting|complained to|"
    r"mov(?:ed|ing) (?:away )?from|com(?:e|ing) (?:back )?to|wrote to|love|loved|hate|hated)"
)
_DID = (
    r"(?:ha(?:s|ve|d) (?:become|gone|let|lost|ruined|put|raised|increased|removed|now|changed|started|"
    r"stopped|failed|been)|"
    r"raised|increased|put up|hiked|removed|scrapped|cancelled|closed|ruined|refused|lied|lost|sent|"
    r"said|says|told|keeps?|"
    r"should|need|needs|must|ought|could|staff|customer|support|app|account|subscription|membership|team|website)"
)


def is_ours(name: str, text: str, company: str) -> bool:
    """Tell whether a name is that of the company itself: it is called so, or the text speaks of it as one does of the
    company that one leaves."""
    key = name.casefold()
    ours = set(re.findall(r"\w+", company.casefold())) - {"and", "the", "of", "co", "ltd", "inc", "plc"}
    if ours & set(re.findall(r"\w+", key)):
        return True
    left, did = _compile(key)
    return bool(left.search(text) or did.search(text))


@lru_cache(maxsize=64)
def _compile(key: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    name = re.escape(key)
    return (
        re.compile(rf"\b{_LEFT} (?:the |with |at )?{name}\b", re.IGNORECASE),
        re.compile(rf"(?<!\w){name}(?:['’]s?)? {_DID}\b", re.IGNORECASE),
    )
