"""Writes the figures down: for machines into a file, for people as tables on the screen and in docs/performance.md.

`python -m bench.report` puts the figures of the last run into docs/performance.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.figures import Row
from bench.processes import ROOT

RESULTS = Path(__file__).with_name("results.json")
DOCUMENT = ROOT / "docs/performance.md"
BEGIN, END = "<!-- figures: python -m bench.report -->", "<!-- end of figures -->"
#: The figures of a load and their headings; everything else is a line of its own.
_LOAD = {
    "turns a second": "turns/s",
    "p50": "p50 ms",
    "p95": "p95 ms",
    "p99": "p99 ms",
    "processor time": "CPU ms/turn",
}

Lines = list[tuple[str, ...]]


def write_results(path: Path, rows: Sequence[Row]) -> None:
    """Write `{"date", "rows": [{"name", "value", "unit"}]}`."""
    content = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": [{"name": row.name, "value": round(row.value, 3), "unit": row.unit} for row in rows],
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def print_results(console: Console, rows: Sequence[Row]) -> None:
    """Print one table of the loads and one of everything else."""
    for lines in tabulate(rows):
        table = Table(*lines[0], box=None, pad_edge=False, header_style="bold")
        for column in table.columns[1:]:
            column.justify = "right"
        for line in lines[1:]:
            table.add_row(*line)
        console.print(table, "")


def tabulate(rows: Iterable[Row]) -> tuple[Lines, Lines]:
    """Return two tables, headings first: a line for each load, and a line for each other figure."""
    loads: dict[str, dict[str, Row]] = {}
    others: Lines = [("", "value", "unit")]
    for row in rows:
        subject, _, figure = row.name.partition(": ")
        if figure in _LOAD:
            loads.setdefault(subject, {})[figure] = row
        else:
            others.append((row.name, _write(row.value), row.unit))
    lines: Lines = [("", *_LOAD.values())]
    lines += [(subject, *(_write(figures[name].value) for name in _LOAD)) for subject, figures in loads.items()]
    return lines, others


def update_document(document: Path, results: Path) -> None:
    """Put the figures between the two marks of the document; raises `ValueError` where these are missing."""
    text = document.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{document} lacks the marks {BEGIN} and {END}")
    content = json.loads(results.read_text(encoding="utf-8"))
    tables = tabulate(Row(**row) for row in content["rows"])
    figures = "\n".join(f"{_write_markdown(lines)}\n" for lines in tables)
    date = content["date"][:10]
    document.write_text(f"{before}{BEGIN}\nMeasured on {date}.\n\n{figures}{END}{after}", encoding="utf-8")


def _write_markdown(lines: Lines) -> str:
    ruled = [lines[0], ("---", *("---:" for _ in lines[0][1:])), *lines[1:]]
    return "\n".join(f"| {' | '.join(line)} |" for line in ruled) + "\n"


def _write(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


if __name__ == "__main__":
    update_document(DOCUMENT, RESULTS)
