"""Lays measured figures out as tables for a terminal; it must not measure."""

from __future__ import annotations

from rich.console import Group
from rich.table import Table

from bot.reasons.evaluation import Quality


def tabulate(quality: Quality, source: str) -> Group:
    """Return two tables: the figures over all texts, and one row for each reason."""
    overall = Table(title=f"{quality.texts} verbatims of {source}", title_justify="left")
    for heading in ("micro-F1", "macro-F1", "one right reason", "leading reason right"):
        overall.add_column(heading, justify="right")
    overall.add_row(
        f"{quality.micro_f1:.3f}", f"{quality.macro_f1:.3f}", f"{quality.hit_rate:.1%}", f"{quality.lead_right:.1%}"
    )
    by_reason = Table()
    by_reason.add_column("reason")
    for heading in ("precision", "recall", "F1", "texts"):
        by_reason.add_column(heading, justify="right")
    for reason, label in quality.labels.items():
        by_reason.add_row(
            reason.value, f"{label.precision:.2f}", f"{label.recall:.2f}", f"{label.f1:.2f}", str(label.support)
        )
    return Group(overall, by_reason)
