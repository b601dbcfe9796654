"""Draws the pictures of docs/winback.md, legible on a phone; the same year gives the same files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from bench.winback.year import Year
from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchKind

INK, PALE = "#1f2933", "#d9e2ec"
KINDS = {
    TouchKind.CHECK_IN: ("Check-in", "#1f6f5c"),
    TouchKind.WELCOME_BACK: ("Welcome back", "#7fb5a6"),
    TouchKind.REMINDER: ("Reminder", "#b8860b"),
    TouchKind.ANNOUNCEMENT: ("Announcement", "#52606d"),
}
RULES = {
    "barred.opted_out": "said stop",
    "barred.suppressed": "must never be written to",
    "barred.sensitive": "bad news of theirs",
    "barred.flagged": "flagged by staff",
    "barred.disputed": "complained",
    "barred.returned": "came back",
    "barred.accepted": "took the offer",
    "barred.declined": "declined the offer",
    "barred.holdout": "held out",
    "barred.unlikely": "wants to be left alone",
    "barred.attempts": "tried often enough",
    "barred.no_consent": "consent withdrawn",
    "barred.unreachable": "blocked us",
    "barred.left_again": "left a second time",
    "hold.handoff": "talks to staff",
    "hold.conversation": "just wrote to us",
    "hold.cooldown": "heard from us lately",
    "hold.cap": "cap reached",
    "hold.window": "night or quiet day",
    "hold.claimed": "another is on its way",
    "late": "too late by now",
    "offer": "no offer fits",
}
_STYLE: Any = {
    "svg.hashsalt": "farewell",
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#9aa5b1",
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
}


def draw_all(folder: Path, year: Year) -> None:
    """Draw every picture into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(_STYLE):
        pictures = {
            "weeks": _draw_weeks(year),
            "reasons": _draw_reasons(year),
            "hours": _draw_hours(year),
            "rules": _draw_rules(year),
        }
        for name, figure in pictures.items():
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None, "Creator": None}, bbox_inches="tight")


def _draw_weeks(year: Year) -> Figure:
    figure, axes = _make(5, 3.2)
    # The last week of a year has one day only.
    weeks = range(max(week for week, _ in year.weeks))
    bottoms = [0] * len(weeks)
    for kind, (name, colour) in KINDS.items():
        values = [year.weeks[week, kind.value] for week in weeks]
        axes.bar(weeks, values, bottom=bottoms, width=0.9, color=colour, label=name)
        bottoms = [bottom + value for bottom, value in zip(bottoms, values, strict=True)]
    axes.set(xlabel="week of the year", ylabel="touches", xlim=(-0.7, len(weeks) - 0.3))
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, fontsize=9)
    return figure


def _draw_reasons(year: Year) -> Figure:
    figure, axes = _make(4.2, 4.6)
    order = sorted(year.left, key=lambda reason: sum(_each(year, reason, kind) for kind in KINDS))
    for place, reason in enumerate(order):
        start = 0.0
        for kind, (_, colour) in KINDS.items():
            width = _each(year, reason, kind)
            axes.barh(place, width, left=start, color=colour, height=0.75)
            start += width
        if not start:
            axes.text(0.5, place, "nothing", va="center", fontsize=9)
    axes.set_yticks(range(len(order)), [reason.title if reason else "Never said why" for reason in order])
    axes.set_xlabel("touches for each 100 who left")
    handles = [mpl.patches.Patch(color=colour, label=name) for name, colour in KINDS.values()]
    axes.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.2, 1), ncols=2, fontsize=9)
    return figure


def _each(year: Year, reason: Reason | None, kind: TouchKind) -> float:
    return 100 * year.reasons[reason, kind.value] / year.left[reason]


def _draw_hours(year: Year) -> Figure:
    figure, axes = _make(5, 2.8)
    opens, closes = (int(clock[:2]) + int(clock[3:]) / 60 for clock in year.window)
    axes.axvspan(0, opens, color=PALE, linewidth=0)
    axes.axvspan(closes, 24, color=PALE, linewidth=0)
    axes.bar([hour + 0.5 for hour in range(24)], [year.hours[hour] for hour in range(24)], width=0.9, color="#1f6f5c")
    axes.set_xlim(0, 24)
    axes.set_xticks(range(0, 25, 3))
    top = max(year.hours.values()) * 0.9
    axes.text(opens / 2, top, "never", ha="center")
    axes.text((closes + 24) / 2, top, "never", ha="center")
    axes.set(xlabel="hour by the person's own clock", ylabel="touches")
    return figure


def _draw_rules(year: Year) -> Figure:
    figure, axes = _make(3.8, 4.6)
    names: dict[str, dict[str, int]] = {}
    for (state, rule), count in sorted(year.rules.items()):
        name = RULES.get(rule) or RULES.get(rule.split(".")[0]) or rule
        states = names.setdefault(name, {"held": 0, "skipped": 0})
        states[state] += count
    order = sorted(names, key=lambda name: (names[name]["skipped"] > 0, sum(names[name].values())))
    for state, colour, label in (("held", "#b8860b", "held for later"), ("skipped", "#52606d", "dropped")):
        values = [names[name][state] for name in order]
        axes.barh(range(len(order)), values, color=colour, height=0.75, label=label)
        for place, value in enumerate(values):
            if value:
                axes.annotate(f"{value:,}", (value, place), xytext=(3, 0), textcoords="offset points", va="center")
    axes.set_yticks(range(len(order)), order)
    axes.set_xlabel("touches")
    axes.margins(x=0.15)
    axes.legend(loc="lower center", bbox_to_anchor=(0.2, 1), ncols=2, fontsize=9)
    return figure


def _make(width: float, height: float) -> tuple[Figure, Any]:
    figure = Figure(figsize=(width, height), facecolor="white")
    return figure, figure.subplots()
