"""The `farewell reasons` commands: train, predict and evaluate. They print; what they say is found out elsewhere."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic_settings import BaseSettings, SettingsConfigDict
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot.errors import FarewellError
from bot.reasons.artefact import MODEL_DIRECTORY, Meta, require_ours, write_artefact
from bot.reasons.evaluation import Quality, measure
from bot.reasons.report import tabulate

if TYPE_CHECKING:
    from bot.reasons.training import Step, Training
    from encoder import Encoder

# spaCy and scikit-learn take seconds to import, so the commands import them when they run, not when help is asked for.

TRAINING_DATA = Path("data/reasons/train.jsonl")
DEVELOPMENT_DATA = Path("data/reasons/dev.jsonl")
SOME_LINES_FAILED = 3

app = typer.Typer(help="Why customers leave: train, predict, evaluate.", no_args_is_help=True)
results = Console(highlight=False)
progress_console = Console(stderr=True, highlight=False)

ModelOption = Annotated[Path, typer.Option(help="The trained classifier's directory.")]


class EncoderSetting(BaseSettings):
    """The one setting these commands need, so that they run before all the others are set."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    encoder_path: Path | None = None


@app.command()
def train(
    data: Annotated[Path, typer.Option(help="Labelled verbatims, JSON lines.")] = TRAINING_DATA,
    output: Annotated[Path, typer.Option(help="The directory to write the classifier into.")] = MODEL_DIRECTORY,
    evaluate: Annotated[bool, typer.Option("--evaluate", help="Measure it on the development verbatims, too.")] = False,
) -> None:
    """Train the classifier and put it in place of the one before."""
    from bot.reasons import training
    from bot.reasons.verbatims import read_verbatims

    require_ours(output)
    began = time.monotonic()
    verbatims = read_verbatims(data)
    encoder = _load_encoder()
    with _progress() as tell:
        trained = training.train(verbatims, encoder, tell)
    meta = _keep(trained, output, encoder, data, len(verbatims))
    quality = trained.cross_validated
    seconds = time.monotonic() - began
    typer.echo(
        f"Trained on {len(verbatims)} verbatims in {seconds:.0f} s: version {meta.version} in {output}.\n"
        f"Cross-validated: micro-F1 {quality.micro_f1:.3f}, macro-F1 {quality.macro_f1:.3f}, "
        f"at least one right reason on {quality.hit_rate:.0%}."
    )
    if evaluate:
        results.print(tabulate(_evaluate(DEVELOPMENT_DATA, output), str(DEVELOPMENT_DATA)))


@app.command()
def predict(
    input_path: Annotated[str, typer.Option("--input", help='A line {"id","text"} a text; - is standard input.')],
    output_path: Annotated[str, typer.Option("--output", help="A line an answer; - is standard output.")],
    model: ModelOption = MODEL_DIRECTORY,
) -> None:
    """Say for many texts why the customer leaves, in their order; exit status 3 if a line could not be read."""
    from bot.reasons.batch import answer_lines, open_input, open_output
    from bot.reasons.classifier import ReasonClassifier

    classifier = ReasonClassifier.load(model, EncoderSetting().encoder_path)
    failed = 0
    with open_input(input_path) as source, open_output(output_path) as target, _progress() as tell:
        for number, answer in enumerate(answer_lines(source, classifier.classify), start=1):
            tell("Reading texts", number, 0)
            target.write(f"{answer.line}\n".encode())
            failed += answer.failed
    if failed:
        progress_console.print(f"Lines that could not be read: {failed}. The output says which, and why.")
        raise typer.Exit(SOME_LINES_FAILED)


@app.command()
def evaluate(
    data: Annotated[Path, typer.Option(help="Labelled verbatims, JSON lines.")] = DEVELOPMENT_DATA,
    model: ModelOption = MODEL_DIRECTORY,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, not tables.")] = False,
) -> None:
    """Measure the classifier on labelled verbatims that it was not trained on."""
    quality = _evaluate(data, model)
    if as_json:
        sys.stdout.write(json.dumps(quality.to_json(), indent=2) + "\n")
    else:
        results.print(tabulate(quality, str(data)))


def _load_encoder() -> Encoder:
    from encoder import Encoder, EncoderDamaged

    try:
        return Encoder.load(EncoderSetting().encoder_path)
    except EncoderDamaged as error:
        raise FarewellError(str(error)) from error


def _keep(trained: Training, output: Path, encoder: Encoder, data: Path, count: int) -> Meta:
    from bot.reasons.component import ReasonScorer

    return write_artefact(
        output,
        ReasonScorer(encoder, trained.model).to_disk,
        trained_at=datetime.now(UTC).isoformat(timespec="seconds"),
        encoder=encoder.version,
        data={"sha256": sha256(data.read_bytes()).hexdigest(), "verbatims": count},
        metrics={"cross_validated": trained.cross_validated.to_json()},
    )


def _evaluate(data: Path, model: Path) -> Quality:
    from bot.reasons.classifier import ReasonClassifier
    from bot.reasons.verbatims import read_verbatims

    verbatims = read_verbatims(data)
    classifier = ReasonClassifier.load(model, EncoderSetting().encoder_path)
    predicted = []
    with _progress() as tell:
        for number, verbatim in enumerate(verbatims, start=1):
            predicted.append(classifier.classify(verbatim.text).reasons)
            tell("Reading texts", number, len(verbatims))
    return measure([verbatim.labels for verbatim in verbatims], predicted, [verbatim.allowed for verbatim in verbatims])


@contextmanager
def _progress() -> Iterator[Step]:
    """Show bars on a terminal and nothing anywhere else; standard output stays free for results."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=progress_console, disable=not progress_console.is_terminal) as progress:

        def tell(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(step, total=total or None)
            progress.update(tasks[step], completed=done)

        yield tell
