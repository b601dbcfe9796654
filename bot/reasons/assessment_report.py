"""Lays an assessment out for a terminal; it must not measure."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from bot.reasons.assessment import GOALS, Assessment
from bot.reasons.fact_evaluation import FactQuality, Share
from bot.reasons.intervals import Interval
from bot.reasons.readings import Reading

PAIRS = 8
LONGEST = 400
"""A mistaken text is shown up to so many characters."""
BAR = 20

NAMES = {
    "micro_f1": "micro-F1, all labels alike",
    "macro_f1": "macro-F1, all reasons alike",
    "hit_rate": "texts with a right reason",
    "lead_right": "texts led by a right reason",
}


def tabulate_assessment(assessment: Assessment, source: str, mistakes: int) -> Group:
    """Return everything in the order in which one asks: how good, where, how honest, what goes wrong."""
    parts: list[RenderableType] = [
        _tabulate_goals(assessment, source),
        _tabulate_labels(assessment),
        _tabulate_slices(assessment),
        _tabulate_calibration(assessment),
        _tabulate_margins(assessment),
        _tabulate_pairs(assessment),
    ]
    if mistakes:
        parts += [f"[bold]Worst mistakes[/bold] ({len(assessment.mistakes)} texts have a wrong reason)"]
        parts += [_describe_mistake(reading) for reading in assessment.mistakes[:mistakes]]
    return Group(*(Padding(part, (0, 0, 1, 0)) for part in parts))


def tabulate_facts(facts: FactQuality) -> Table:
    """Return a table with a row for each kind of fact and one for all."""
    table = _table("Facts from the words", "kind", "precision", "95 %", "recall", "95 %", "named", "there")
    for name, quality in [*((kind.value, one) for kind, one in facts.kinds.items()), ("all", facts.overall)]:
        precision, recall = quality.precision, quality.recall
        counts = (str(precision.total), str(recall.total))
        table.add_row(name, *_write_share(precision), *_write_share(recall), *counts)
    return table


def _tabulate_goals(assessment: Assessment, source: str) -> Table:
    quality, intervals = assessment.quality, assessment.intervals
    table = _table(f"{quality.texts} verbatims of {source}", "", "figure", "95 %", "goal", "")
    for name, title in NAMES.items():
        figure, goal = getattr(quality, name), GOALS.get(name)
        interval = _write_interval(getattr(intervals, name))
        table.add_row(
            title, f"{figure:.3f}", interval, *(_judge(figure >= goal, f"≥ {goal:.2f}") if goal else ("", ""))
        )
    error = assessment.calibration.error
    goal = GOALS["calibration"]
    table.add_row("calibration error, top reason", f"{error:.3f}", "", *_judge(error <= goal, f"≤ {goal:.2f}"))
    return table


def _tabulate_labels(assessment: Assessment) -> Table:
    table = _table("By reason", "", "precision", "recall", "F1", "95 %", "texts")
    for reason, label in assessment.quality.labels.items():
        interval = _write_interval(assessment.intervals.labels[reason])
        figures = (f"{label.precision:.2f}", f"{label.recall:.2f}", f"{label.f1:.2f}")
        table.add_row(reason.value, *figures, interval, str(label.support))
    return table


def _tabulate_slices(assessment: Assessment) -> Table:
    table = _table("By kind of text", "", "micro-F1", "95 %", "a right reason", "texts")
    for name, (quality, interval) in assessment.slices.items():
        figures = (f"{quality.micro_f1:.3f}", _write_interval(interval), f"{quality.hit_rate:.1%}")
        table.add_row(name, *figures, str(quality.texts))
    return table


def _tabulate_calibration(assessment: Assessment) -> Table:
    calibration = assessment.calibration
    title = (
        f"Can its certainty be believed? It is off by {calibration.error:.3f} on average; "
        f"an ideal one would be by {calibration.error_by_chance:.3f}, for chance"
    )
    table = _table(title, "certainty", "right", "", "texts")
    for one in calibration.bins:
        table.add_row(f"{one.certainty:.0%}", f"{one.right:.0%}", _draw_bar(one.right), str(one.texts))
    table.columns[2].justify = "left"
    return table


def _tabulate_margins(assessment: Assessment) -> Table:
    table = _table("What it does to ask below a margin", "margin", "asked", "right unasked", "right asked", "")
    for asking in assessment.askings:
        mark = "← in use" if asking.margin == assessment.margin else ""
        shares = (f"{asking.asked:.1%}", f"{asking.right:.1%}", f"{asking.right_asked:.1%}")
        table.add_row(f"{asking.margin:.2f}", *shares, mark, style="bold" if mark else "")
    return table


def _tabulate_pairs(assessment: Assessment) -> Table:
    confusion = assessment.confusion
    title = (
        f"What is taken for what; besides, {sum(confusion.overlooked.values())} reasons were only overlooked "
        f"and {sum(confusion.invented.values())} only added"
    )
    table = _table(title, "right and missed", "wrongly given", "texts")
    for missed, wrong, count in confusion.rank_pairs()[:PAIRS]:
        table.add_row(missed.value, wrong.value, str(count))
    table.columns[1].justify = "left"
    return table


def _describe_mistake(reading: Reading) -> Padding:
    verbatim = reading.verbatim
    given = ", ".join(f"{reason} {reading.scores[reason]:.2f}" for reason in reading.reasons)
    text = verbatim.text if len(verbatim.text) <= LONGEST else f"{verbatim.text[:LONGEST]}…"
    passed = f" [dim](also allowed: {', '.join(sorted(verbatim.allowed))})[/dim]" if verbatim.allowed else ""
    heading = f"[bold]{escape(verbatim.id)}[/bold]  right: [green]{', '.join(verbatim.labels)}[/green]{passed}"
    doubt = " (unsure: the bot would ask)" if reading.unsure else ""
    return Padding(f"{heading}  given: [red]{given}[/red]{doubt}\n{escape(text)}", (0, 0, 0, 2))


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left")
    return table


def _judge(reached: bool, goal: str) -> tuple[str, str]:
    return goal, "[green]reached[/green]" if reached else "[red]missed[/red]"


def _draw_bar(share: float) -> str:
    return "█" * round(share * BAR)


def _write_share(share: Share) -> tuple[str, str]:
    return f"{share.value:.3f}", _write_interval(Interval(*share.interval))


def _write_interval(interval: Interval) -> str:
    return f"{interval.low:.2f}–{interval.high:.2f}"
