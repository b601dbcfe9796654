"""What staff see and do: the signed-in pages under /console, and the `farewell staff` commands."""

from __future__ import annotations
