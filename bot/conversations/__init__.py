"""One turn of a conversation: stored, ordered, answered by the dialogue or by staff, and told to whoever listens."""

from __future__ import annotations
