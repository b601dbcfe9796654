"""Writes the figures down, for machines into a file and for people as a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.figures import Row


def write_results(path: Path, rows: Sequence[Row]) -> None:
    """Write `{"date", "rows": [{"name", "value", "unit"}]}`."""
    content = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": [{"name": row.name, "value": round(row.value, 3), "unit": row.unit} for row in rows],
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def print_results(console: Console, rows: Sequence[Row]) -> None:
    """Print one line for each figure, with a rule between groups (what stands before the colon)."""
    table = Table("What", "Value", "Unit", box=None, pad_edge=False)
    table.columns[1].justify = "right"
    group = None
    for row in rows:
        if group is not None and row.name.partition(":")[0] != group:
            table.add_section()
        group = row.name.partition(":")[0]
        table.add_row(row.name, f"{row.value:,.3g}" if abs(row.value) < 100 else f"{row.value:,.0f}", row.unit)
    console.print(table)
