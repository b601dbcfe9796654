"""Keeps Rasa quiet: no telemetry, no chatter at start, and never what a person wrote.

It must be imported before `rasa` is, as Rasa reads these settings while it is imported.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
import warnings
from collections.abc import MutableMapping
from typing import Any

import structlog

_SETTINGS = {
    "RASA_TELEMETRY_ENABLED": "false",
    "LOG_LEVEL": "WARNING",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


def keep_quiet(show_warnings: bool = False) -> None:
    """Set Rasa's logging for this process.

    `show_warnings` is for training, where Rasa's warnings speak of the dialogue's files. While it serves they can
    quote a customer, as can everything below the level of a warning.
    """
    os.environ.update(_SETTINGS)
    handler = logging.StreamHandler()
    handler.setFormatter(_PrivateFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger().addFilter(_is_worth_telling)
    # The filters of the warnings module would not do, as libraries set them anew while they are imported.
    warnings.showwarning = _show_warning if show_warnings else _show_nothing
    # Rasa's own setting prints every message and slot, and with an error all that the failing code had at hand.
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, _name_the_event],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        cache_logger_on_first_use=True,
    )


class _PrivateFormatter(logging.Formatter):
    """Says of an exception its kind and where it happened; its own words may repeat a customer's."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is the standard library's
        kind, _, where = ei
        return "".join(traceback.format_tb(where)) + getattr(kind, "__name__", "")


def _name_the_event(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    return f"{event.get('event')}: {event.get('event_info', '')}"


def _is_worth_telling(record: logging.LogRecord) -> bool:
    # TensorFlow, of which nothing is used, misses TensorBoard, which is left out on purpose.
    return not str(record.msg).startswith("Limited tf.")


def _show_nothing(*_: Any) -> None:
    pass


def _show_warning(message: Warning | str, category: type[Warning], filename: str, *_: Any) -> None:
    # Rasa recalls what changed in version 3.0 whenever it reads a domain.
    is_of_use = f"{os.sep}rasa{os.sep}" in filename and not str(message).startswith("Slot auto-fill has been removed")
    if issubclass(category, UserWarning) and is_of_use:
        sys.stderr.write(f"Warning: {message}\n")
