"""Hands out what people said: printed, or into a file that nobody else on this machine can read."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from bot.errors import FarewellError

STANDARD_OUTPUT = Path("-")


def write_privately(lines: Iterable[str], output: Path) -> None:
    """Write the lines into the file `output`, or print them where it is `-`; raises `FarewellError` where it cannot."""
    if output == STANDARD_OUTPUT:
        for line in lines:
            sys.stdout.write(line)
        return
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
    except OSError as error:
        raise FarewellError(f"{output} cannot be written: {error.strerror}") from None
