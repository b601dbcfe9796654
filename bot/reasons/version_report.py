"""Lays out versions of the classifier, and two of them side by side, for a terminal; it must not measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from bot.reasons.comparison import Comparison
from bot.reasons.versions import Version

NOTHING = "-"


def tabulate_comparison(comparison: Comparison, source: str) -> Group:
    """Return the figures of the present and the new classifier, and how sure their difference is."""
    table = Table(title=f"{comparison.present.texts} verbatims of {source}", title_justify="left")
    for heading in ("", "micro-F1", "macro-F1", "one right reason", "leading reason right"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, quality in (("present", comparison.present), ("new", comparison.fresh)):
        table.add_row(
            name,
            f"{quality.micro_f1:.3f}",
            f"{quality.macro_f1:.3f}",
            f"{quality.hit_rate:.1%}",
            f"{quality.lead_right:.1%}",
        )
    low, high = comparison.interval
    return Group(
        table, Text(f"Difference in micro-F1: {comparison.gain:+.3f}, 95 % interval {low:+.3f} to {high:+.3f}.")
    )


def tabulate_versions(versions: Sequence[Version]) -> Table:
    """Return a row for each version; figures are those of the development set it was measured on."""
    # Without lines it fits into eighty columns.
    table = Table(box=None, padding=(0, 1, 0, 0), caption="* in place", caption_justify="left")
    for heading in ("version", "trained (UTC)"):
        table.add_column(heading, no_wrap=True)
    for heading in ("texts", "corrections", "micro-F1", "macro-F1", "one right"):
        table.add_column(heading, justify="right", no_wrap=True)
    for version in versions:
        meta, measured = version.meta, version.meta.metrics.get("development", {})
        table.add_row(
            f"{meta.version}{' *' if version.is_current else ''}",
            meta.trained_at[:16].replace("T", " "),
            str(meta.data.get("verbatims", NOTHING)),
            str(meta.corrections),
            _write(measured.get("micro_f1"), ".3f"),
            _write(measured.get("macro_f1"), ".3f"),
            _write(measured.get("hit_rate"), ".1%"),
        )
    return table


def describe_version(version: Version) -> dict[str, Any]:
    """Return the same as plain values, for `--json`."""
    meta, measured = version.meta, version.meta.metrics.get("development")
    overall = {name: value for name, value in measured.items() if name != "labels"} if measured else None
    return {
        "version": meta.version,
        "in_place": version.is_current,
        "trained_at": meta.trained_at,
        "verbatims": meta.data.get("verbatims"),
        "corrections": meta.corrections,
        "development": overall,
    }


def _write(value: float | None, form: str) -> str:
    return NOTHING if value is None else format(value, form)
