"""What the `farewell reasons` commands share: where things lie, the encoder's setting, and progress on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic_settings import BaseSettings, SettingsConfigDict
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot.errors import FarewellError

if TYPE_CHECKING:
    from bot.reasons.training import Step
    from encoder import Encoder

# spaCy and scikit-learn take seconds to import, so the commands import them when they run, not when help is asked for.

TRAINING_DATA = Path("data/reasons/train.jsonl")
CALIBRATION_DATA = Path("data/reasons/calibration.jsonl")
DEVELOPMENT_DATA = Path("data/reasons/dev.jsonl")

results = Console(highlight=False)
progress_console = Console(stderr=True, highlight=False)

ModelOption = Annotated[Path, typer.Option(help="The trained classifier's directory.")]


class EncoderSetting(BaseSettings):
    """The one setting these commands need, so that they run before all the others are set."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    encoder_path: Path | None = None


def load_encoder() -> Encoder:
    """Return the sentence encoder; raises `FarewellError` where its files are not what they should be."""
    from bot.reasons.component import WINDOWS
    from encoder import Encoder, EncoderDamaged

    try:
        return Encoder.load(EncoderSetting().encoder_path, windows=WINDOWS)
    except EncoderDamaged as error:
        raise FarewellError(str(error)) from error


@contextmanager
def show_progress() -> Iterator[Step]:
    """Show bars on a terminal and nothing anywhere else; standard output stays free for results."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=progress_console, disable=not progress_console.is_terminal) as progress:

        def tell(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(step, total=total or None)
            progress.update(tasks[step], completed=done)

        yield tell
