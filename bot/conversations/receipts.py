"""Receipts for deleted data: short codes that a person can copy down and read out.

They must not say anything about the person.
"""

from __future__ import annotations

import secrets

# Without the letters and digits that people take for one another.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def make_receipt() -> str:
    """Return a new receipt like `F-7K3M-9QXD`; two are never the same, as far as chance goes (1 in 850 billion)."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"F-{letters[:4]}-{letters[4:]}"
