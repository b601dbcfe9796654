"""Lays measured figures of the dialogue out as tables for a terminal; it must not measure."""

from __future__ import annotations

from rich.console import Group
from rich.markup import escape
from rich.table import Table

from bot.intents.evaluation import OptOutQuality, Quality, Share

MOST_CONFUSED = 12


def tabulate(quality: Quality, source: str, mistakes: int) -> Group:
    """Return tables: the figures over all messages, a row for each meaning, the confusion and the worst mistakes."""
    whole = Table("", "share", "95 % interval", "messages", title=f"Messages of {source}", title_justify="left")
    for name, share in (
        ("in scope, understood", quality.in_scope_accuracy),
        ("out of scope, recognised", quality.out_of_scope_recall),
        ("taken for out of scope, rightly", quality.out_of_scope_precision),
    ):
        whole.add_row(name, f"{share.value:.1%}", _interval(share), str(share.whole))
    whole.add_row("calibration error", f"{quality.calibration_error:.3f}", "", "")
    each = Table("meaning", "precision", "recall", "95 % interval", "F1", "messages")
    for meaning, found in quality.meanings.items():
        precision, recall = f"{found.precision.value:.2f}", f"{found.recall.value:.2f}"
        each.add_row(meaning, precision, recall, _interval(found.recall), f"{found.f1:.2f}", str(found.recall.whole))
    confused = Table("meant", "taken for", "messages")
    wrong = [(pair, count) for pair, count in quality.confusion.items() if pair[0] is not pair[1]]
    for (meant, taken), count in wrong[:MOST_CONFUSED]:
        confused.add_row(meant, taken, str(count))
    worst = Table("sure", "meant", "taken for", "message")
    for mistake in quality.mistakes[:mistakes]:
        worst.add_row(f"{mistake.confidence:.2f}", mistake.meant, mistake.taken_for, escape(mistake.text))
    return Group(whole, each, confused, worst)


def tabulate_opt_out(quality: OptOutQuality) -> Group:
    """Return how well the opt-out is heard, and the messages that went wrong."""
    whole = Table("opt-out", "share", "95 % interval", "messages")
    for name, share in (("said and heard", quality.recall), ("not said, but heard", quality.false_alarms)):
        whole.add_row(name, f"{share.value:.1%}", _interval(share), str(share.whole))
    wrong = Table("", "message")
    for name, texts in (("not heard", quality.missed), ("false alarm", quality.alarming)):
        for text in texts:
            wrong.add_row(name, escape(text))
    return Group(whole, wrong)


def _interval(share: Share) -> str:
    low, high = share.interval
    return f"{low:.1%} to {high:.1%}"
