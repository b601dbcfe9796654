"""The `farewell reasons train` command: trains a classifier and puts it in place of the one before."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import FarewellError
from bot.reasons.artefact import MODEL_DIRECTORY, ClassifierDamaged, ClassifierMissing, Meta, write_artefact, write_meta
from bot.reasons.comparison import Comparison, compare, judge, read_verbatims_by
from bot.reasons.corrections import Correction, select_examples, summarise
from bot.reasons.report import tabulate
from bot.reasons.terminal import (
    CALIBRATION_DATA,
    DEVELOPMENT_DATA,
    TRAINING_DATA,
    EncoderSetting,
    load_encoder,
    progress_console,
    results,
    show_progress,
)
from bot.reasons.version_report import tabulate_comparison
from bot.reasons.versions import find_current, prepare_version, put_in_place

if TYPE_CHECKING:
    from bot.reasons.evaluation import Reasons
    from bot.reasons.training import Step, Training
    from bot.reasons.verbatims import Verbatim
    from encoder import Encoder

WORSE = 4
"""The exit status where the new classifier is worse and the one in place stays."""

ReadCorrections = Callable[[], Sequence[Correction]]
"""Where corrections come from is not for this package to know: whoever runs the commands puts it into their context."""


class NoCorrections(FarewellError):
    """There is no correction to learn from yet, so nothing was trained. Staff correct reasons in the console, you by
    `farewell reasons corrections add`; `farewell reasons corrections` lists them and says which count."""


def train(
    context: typer.Context,
    data: Annotated[Path, typer.Option(help="Labelled verbatims, JSON lines.")] = TRAINING_DATA,
    output: Annotated[Path, typer.Option(help="Where the classifier is put in place.")] = MODEL_DIRECTORY,
    with_corrections: Annotated[
        bool | None,
        typer.Option(
            "--with-corrections/--without-corrections",
            help="Learn from what staff have corrected, too, and stay with the present classifier if it is better.",
            show_default="as the present classifier was trained",
        ),
    ] = None,
    calibration: Annotated[Path, typer.Option(help="Verbatims that set thresholds and certainty.")] = CALIBRATION_DATA,
    force: Annotated[bool, typer.Option("--force", help="Replace even a better classifier.")] = False,
    development: Annotated[Path, typer.Option(help="Verbatims to compare both on, JSON lines.")] = DEVELOPMENT_DATA,
    evaluate: Annotated[bool, typer.Option("--evaluate", help="Print all figures of the development set.")] = False,
) -> None:
    """Train the classifier and put it in place; exit status 4 if one with corrections is worse than the present one."""
    from bot.reasons import training
    from bot.reasons.verbatims import read_verbatims

    began = time.monotonic()
    examples = _choose_corrections(context.obj, with_corrections, output)
    verbatims = read_verbatims(data)
    unseen = read_verbatims(development) if with_corrections or evaluate or development.exists() else []
    kept_back = read_verbatims(calibration)
    encoder = load_encoder()
    with prepare_version(output) as fresh:
        with show_progress() as tell:
            learnt = [*verbatims, *(example.to_verbatim() for example in examples)]
            trained = training.train(learnt, kept_back, encoder, tell)
            origin = {"sha256": sha256(data.read_bytes()).hexdigest(), "verbatims": len(verbatims)}
            meta = _write(trained, fresh, encoder, origin | ({"corrections": summarise(examples)} if examples else {}))
            predicted = _read_by(fresh, unseen, "Reading the development set", tell)
            comparison = _compare(output, unseen, predicted, tell) if with_corrections else None
        if unseen:
            meta = replace(meta, metrics=meta.metrics | {"development": judge(unseen, predicted).to_json()})
            write_meta(fresh, meta)
        if comparison is not None:
            results.print(tabulate_comparison(comparison, str(development)))
            if comparison.gain < 0 and not force:
                progress_console.print(_refuse(comparison, output), style="red", markup=False, soft_wrap=True)
                raise typer.Exit(WORSE)
        put_in_place(fresh, output)
    _say_what_is_new(meta, output, time.monotonic() - began)
    if evaluate:
        results.print(tabulate(judge(unseen, predicted), str(development)))


def _choose_corrections(read: ReadCorrections | None, wanted: bool | None, output: Path) -> list[Correction]:
    if wanted is False or read is None:
        return []
    if wanted is None:
        return _keep_corrections(read, output)
    examples = select_examples(read())
    if not examples:
        raise NoCorrections
    return examples


def _keep_corrections(read: ReadCorrections, output: Path) -> list[Correction]:
    """Return the corrections if the present classifier has learnt from some: new training data must not undo that."""
    present = find_current(output)
    if present is None or not present.meta.corrections:
        return []
    try:
        return select_examples(read())
    except FarewellError as error:
        progress_console.print(
            f"Staff's corrections are left out this time. {error} Then: farewell reasons train --with-corrections",
            style="yellow",
            markup=False,
            soft_wrap=True,
        )
        return []


def _write(trained: Training, fresh: Path, encoder: Encoder, data: dict[str, Any]) -> Meta:
    from bot.reasons.component import ReasonScorer

    return write_artefact(
        fresh,
        ReasonScorer(encoder, trained.model).to_disk,
        trained_at=datetime.now(UTC).isoformat(timespec="seconds"),
        encoder=encoder.version,
        data=data,
        metrics={"calibration": trained.calibration.to_json()},
    )


def _compare(output: Path, unseen: list[Verbatim], predicted: list[Reasons], tell: Step) -> Comparison | None:
    """Set the new classifier beside the one in place, or return None where there is none that can be used."""
    try:
        present = _read_by(output, unseen, "Reading it with the present classifier", tell)
    except ClassifierMissing:
        return None
    except ClassifierDamaged as error:
        progress_console.print(f"Compared with nothing. {error}", style="yellow", markup=False, soft_wrap=True)
        return None
    return compare(unseen, present, predicted)


def _read_by(model: Path, verbatims: list[Verbatim], step: str, tell: Step) -> list[Reasons]:
    from bot.reasons.classifier import ReasonClassifier

    if not verbatims:
        return []
    classifier = ReasonClassifier.load(model, EncoderSetting().encoder_path)
    return read_verbatims_by(classifier.classify, verbatims, lambda done: tell(step, done, len(verbatims)))


def _refuse(comparison: Comparison, output: Path) -> str:
    low, high = comparison.interval
    chance = " The difference may be chance." if high > 0 else ""
    return (
        f"The new classifier is worse: micro-F1 {comparison.fresh.micro_f1:.3f} instead of "
        f"{comparison.present.micro_f1:.3f} ({comparison.gain:+.3f}, 95 % interval {low:+.3f} to {high:+.3f}).{chance} "
        f"The one in {output} stays as it is. Look over what was corrected (farewell reasons corrections), or add "
        "--force to replace it all the same."
    )


def _say_what_is_new(meta: Meta, output: Path, seconds: float) -> None:
    quality = meta.metrics["calibration"]
    learnt = f" and {meta.corrections} corrections" if meta.corrections else ""
    typer.echo(
        f"Trained on {meta.data['verbatims']} verbatims{learnt} in {seconds:.0f} s: "
        f"version {meta.version} in {output}.\n"
        f"On the calibration set: micro-F1 {quality['micro_f1']:.3f}, macro-F1 {quality['macro_f1']:.3f}, "
        f"at least one right reason on {quality['hit_rate']:.0%}."
    )
