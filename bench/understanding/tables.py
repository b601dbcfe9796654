"""Writes figures as the lines and tables of a page in Markdown; it must not know what they are figures of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from bench.understanding.cost import Times
from bot.reasons.intervals import Interval


class Share(Protocol):
    """So many of so many, with the interval that belongs to it."""

    @property
    def value(self) -> float: ...
    @property
    def interval(self) -> tuple[float, float]: ...


def hold(name: str, figure: float, interval: Interval, goal: float) -> tuple[str, ...]:
    """Return a line of the goals: a figure with its interval, and whether it reaches its goal."""
    return name, f"{figure:.3f}", write_interval(interval), f"≥ {goal:.2f}", judge(figure >= goal)


def hold_share(name: str, share: Share, goal: float) -> tuple[str, ...]:
    """Return a line of the goals for a share."""
    return name, f"{share.value:.1%}", write_bounds(share), f"≥ {goal:.0%}", judge(share.value >= goal)


def hold_limit(name: str, figure: float, goal: float, interval: Interval | None = None) -> tuple[str, ...]:
    """Return a line of the goals for a figure that should be small."""
    return name, f"{figure:.3f}", write_interval(interval) if interval else "", f"≤ {goal:.2f}", judge(figure <= goal)


def judge(reached: bool) -> str:
    """Say whether a goal is reached."""
    return "reached" if reached else "**missed**"


def write_times(times: Times) -> tuple[str, str]:
    """Return both percentiles in milliseconds."""
    return f"{times.p50:.1f} ms", f"{times.p95:.1f} ms"


def write_share(share: Share, decimals: int = 0) -> tuple[str, str]:
    """Return a share and its bounds."""
    return f"{share.value:.{decimals}%}", write_bounds(share)


def write_bounds(share: Share) -> str:
    """Return the bounds of a share."""
    low, high = share.interval
    return f"{low * 100:.0f}–{high * 100:.0f} %"


def write_interval(interval: Interval) -> str:
    """Return an interval."""
    return f"{interval.low:.2f}–{interval.high:.2f}"


def write_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown; all columns but the first are of figures."""
    ruled = [headings, ("---", *("---:" for _ in headings[1:])), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in ruled)


def escape(text: str) -> str:
    """Keep a customer's words from being read as Markdown or HTML."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|~" else sign for sign in text)
