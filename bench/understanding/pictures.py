"""Draws the pictures of docs/understanding.md; the same figures give the same files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from bench.understanding.dialogue import DialogueFigures
from bench.understanding.page import IN_SCOPE, OUT_OF_SCOPE
from bench.understanding.reasons import ReasonFigures
from bot.reasons.assessment import Assessment
from bot.reasons.fact_evaluation import Share
from bot.retention.reasons import Reason

INK, OURS, PART, STOCK, PALE = "#1f2933", "#1f6f5c", "#7fb5a6", "#b8860b", "#d9e2ec"
_STYLE: Any = {
    "svg.hashsalt": "farewell",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#9aa5b1",
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


def draw_all(folder: Path, reasons: ReasonFigures, dialogue: DialogueFigures) -> None:
    """Draw every picture into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(_STYLE):
        pictures = {
            "reasons": _draw_labels(reasons.ours),
            "confusion": _draw_confusion(reasons.ours),
            "calibration": _draw_calibration(reasons.ours),
            "margin": _draw_margin(reasons.ours),
            "stock-reasons": _draw_contestants(reasons),
            "stock-dialogue": _draw_dialogue(dialogue),
        }
        for name, figure in pictures.items():
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None, "Creator": None}, bbox_inches="tight")


def _draw_labels(assessment: Assessment) -> Figure:
    figure, axes = _make(7, 4)
    labels = sorted(assessment.quality.labels.items(), key=lambda item: item[1].f1)
    intervals = [assessment.intervals.labels[reason] for reason, _ in labels]
    values = [label.f1 for _, label in labels]
    places = range(len(labels))
    _draw_bars(axes, places, values, [tuple(interval) for interval in intervals], OURS)
    axes.set_yticks(places, [f"{reason.title} ({label.support})" for reason, label in labels])
    for place, (_, label) in enumerate(labels):
        axes.plot(label.precision, place, "|", color=INK, markersize=9)
        axes.plot(label.recall, place, ".", color=INK, markersize=6)
    axes.set_xlim(0, 1)
    axes.set_xlabel("F1 with 95 % interval;   | precision   · recall;   texts in brackets")
    return figure


def _draw_confusion(assessment: Assessment) -> Figure:
    figure, axes = _make(7.2, 6)
    order = list(Reason)
    confusion = assessment.confusion
    counts = np.zeros((len(order) + 1, len(order) + 1))
    for (right, given), count in confusion.taken_for.items():
        counts[order.index(right), order.index(given)] = count
    for row, reason in enumerate(order):
        counts[row, -1] = confusion.overlooked.get(reason, 0)
        counts[-1, row] = confusion.invented.get(reason, 0)
    axes.imshow(np.ma.masked_equal(counts, 0), cmap="YlOrBr", vmin=0, vmax=max(counts.max(), 1) * 1.8)
    for row, column in np.argwhere(counts > 0):
        axes.text(column, row, f"{counts[row, column]:.0f}", ha="center", va="center", fontsize=8)
    for row in range(len(order) + 2):
        axes.axhline(row - 0.5, color=PALE, linewidth=0.5)
        axes.axvline(row - 0.5, color=PALE, linewidth=0.5)
    for place, reason in enumerate(order):
        found = confusion.found.get(reason, 0)
        axes.text(place, place, str(found), ha="center", va="center", fontsize=8, color=OURS, weight="bold")
    names = [reason.title for reason in order]
    axes.set_xticks(range(len(order) + 1), [*names, "(nothing)"], rotation=45, ha="right")
    axes.set_yticks(range(len(order) + 1), [*names, "(nothing)"])
    axes.set_xlabel("wrongly given")
    axes.set_ylabel("right, and missed")
    axes.spines[:].set_visible(False)
    return figure


def _draw_calibration(assessment: Assessment) -> Figure:
    figure, axes = _make(4.4, 4.2)
    bins = assessment.calibration.bins
    axes.plot([0, 1], [0, 1], color="#9aa5b1", linewidth=1, linestyle="--")
    rights = [Share(round(one.right * one.texts), one.texts) for one in bins]
    _draw_whiskers(axes, [one.certainty for one in bins], [one.right for one in bins], [it.interval for it in rights])
    axes.plot([one.certainty for one in bins], [one.right for one in bins], "o-", color=OURS, markersize=5)
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="how sure it says it is", ylabel="how often it is right")
    return figure


def _draw_margin(assessment: Assessment) -> Figure:
    figure, axes = _make(6, 3.6)
    kept = [asking for asking in assessment.askings if asking.asked < 0.97]
    axes.plot([it.asked for it in kept], [it.right for it in kept], "o-", color=OURS, markersize=3)
    chosen = assessment.asking
    axes.plot(chosen.asked, chosen.right, "o", color=STOCK, markersize=9)
    axes.annotate(
        f"margin {assessment.margin:.2f}: asks {chosen.asked:.0%}, right {chosen.right:.0%} of the others",
        (chosen.asked, chosen.right),
        xytext=(14, -22),
        textcoords="offset points",
    )
    axes.set(xlim=(0, 1), xlabel="share of texts the bot asks about", ylabel="leading reason right\namong the others")
    return figure


def _draw_contestants(reasons: ReasonFigures) -> Figure:
    figure, axes = _make(7, 2.8)
    contestants = list(reversed(reasons.contestants))
    colours = [STOCK, STOCK, PART, OURS]
    for row, (contestant, colour) in enumerate(zip(contestants, colours, strict=True)):
        quality, intervals = contestant.quality, contestant.intervals
        for shift, value, interval, name in (
            (0.2, quality.micro_f1, intervals.micro_f1, "micro-F1"),
            (-0.2, quality.macro_f1, intervals.macro_f1, "macro-F1"),
        ):
            _draw_bars(axes, [row + shift], [value], [tuple(interval)], colour, height=0.36)
            axes.text(0.01, row + shift, name, va="center", fontsize=7, color="white")
    axes.set_yticks(range(len(contestants)), [_wrap(contestant.name) for contestant in contestants])
    axes.set_xlim(0, 1)
    return figure


def _draw_dialogue(dialogue: DialogueFigures) -> Figure:
    figure, axes = _make(7, 2.8)
    rows = list(zip(reversed(dialogue.contestants), (STOCK, PART, PART, OURS), strict=True))
    for row, (contestant, colour) in enumerate(rows):
        quality = contestant.quality
        shares = ((0.2, quality.in_scope_accuracy, "in scope"), (-0.2, quality.out_of_scope_recall, "out of scope"))
        for shift, share, name in shares:
            _draw_bars(axes, [row + shift], [share.value], [share.interval], colour, height=0.36)
            axes.text(0.01, row + shift, name, va="center", fontsize=7, color="white")
    for goal in (IN_SCOPE, OUT_OF_SCOPE):
        axes.axvline(goal, color="#9aa5b1", linewidth=1, linestyle="--")
    axes.set_yticks(range(len(rows)), [_wrap(contestant.name) for contestant, _ in rows])
    axes.set_xlim(0, 1)
    return figure


def _make(width: float, height: float) -> tuple[Figure, Any]:
    figure = Figure(figsize=(width, height), facecolor="white")
    return figure, figure.subplots()


def _draw_bars(
    axes: Any,
    places: Sequence[float] | range,
    values: Sequence[float],
    intervals: Sequence[tuple[float, ...]],
    colour: str,
    height: float = 0.7,
) -> None:
    lows = [max(0.0, value - interval[0]) for value, interval in zip(values, intervals, strict=True)]
    highs = [max(0.0, interval[1] - value) for value, interval in zip(values, intervals, strict=True)]
    whiskers = {"ecolor": INK, "elinewidth": 1, "capsize": 2}
    axes.barh(list(places), values, height=height, color=colour, xerr=[lows, highs], error_kw=whiskers)


def _draw_whiskers(
    axes: Any, places: Sequence[float], values: Sequence[float], intervals: Sequence[tuple[float, float]]
) -> None:
    lows = [max(0.0, value - interval[0]) for value, interval in zip(values, intervals, strict=True)]
    highs = [max(0.0, interval[1] - value) for value, interval in zip(values, intervals, strict=True)]
    axes.errorbar(places, values, yerr=[lows, highs], fmt="none", ecolor=PART, elinewidth=1.5)


def _wrap(name: str) -> str:
    return name.replace(": ", ":\n").replace(", all", ",\nall").replace(", trained", ",\ntrained")
