"""What the dialogue does: a module a flow. An action reads slots, calls one service, and names a response."""

from __future__ import annotations
