"""Reads an e-mail address out of what somebody typed.

It must not claim that an address exists or is theirs; only a message sent there can show that.
"""

from __future__ import annotations

import re

# The local part is what mail systems take in practice; the domain needs a dot and a top level of letters.
_ADDRESS = re.compile(
    r"(?<![\w.+@-])([a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9]))(?![\w@-]|\.[a-z0-9])",
    re.IGNORECASE,
)
LONGEST, LONGEST_LOCAL_PART = 254, 64


def read_address(text: str) -> str | None:
    """Return the one e-mail address in the text, its domain in lower case, or None for none or several."""
    # Only what can be one is searched, so that a hostile text costs no time.
    candidates = (word for word in text.split() if "@" in word and len(word) <= LONGEST + 10)
    found = {address for word in candidates for address in _ADDRESS.findall(word)}
    if len(found) != 1:
        return None
    local, _, domain = found.pop().rpartition("@")
    address = f"{local}@{domain.lower()}"
    return address if len(address) <= LONGEST and len(local) <= LONGEST_LOCAL_PART else None
