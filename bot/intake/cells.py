"""Cells as a spreadsheet reads them: what would be run as a formula is disarmed in files that we write."""

from __future__ import annotations

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_DISARMED = "'"


def disarm(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"{_DISARMED}{cell}" if cell.lstrip(" ").startswith(_BEGINS_A_FORMULA) else cell


def arm(cell: str) -> str:
    """Return a cell as it was before `disarm`."""
    bare = cell.removeprefix(_DISARMED)
    return bare if disarm(bare) == cell else cell
