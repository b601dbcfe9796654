"""`farewell reasons versions` and `rollback`: which classifiers are kept, and one of them back in place."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from bot.errors import FarewellError
from bot.reasons.artefact import MODEL_DIRECTORY, ClassifierDamaged
from bot.reasons.terminal import EncoderSetting, ModelOption, results
from bot.reasons.version_report import describe_version, tabulate_versions
from bot.reasons.versions import Version, find_current, find_version, list_versions, put_back

RESTART = "An application that is running keeps its classifier until it is started anew: Ctrl-C, then `make start`."


class VersionUnusable(FarewellError):
    """This version cannot be used any more."""


def versions(
    model: ModelOption = MODEL_DIRECTORY,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, not a table.")] = False,
) -> None:
    """List the classifiers that are kept, the one trained last first; figures are of the development set."""
    found = list_versions(model)
    if as_json:
        sys.stdout.write(json.dumps([describe_version(version) for version in found], indent=2) + "\n")
    elif found:
        results.print(tabulate_versions(found))
    else:
        typer.echo("No classifier has been trained yet: run `make train`.")


def rollback(
    version: Annotated[str | None, typer.Argument(help="The one to put back; else the one trained before.")] = None,
    model: ModelOption = MODEL_DIRECTORY,
) -> None:
    """Put an earlier classifier back in place."""
    wanted, present = find_version(model, version), find_current(model)
    if wanted.is_current:
        typer.echo(f"Version {wanted.meta.version} is in place already.")
        return
    _require_usable(wanted)
    put_back(wanted, model)
    instead = f" instead of {present.meta.version}" if present else ""
    typer.echo(f"Version {wanted.meta.version}, trained {wanted.meta.trained_at}, is in place{instead}.\n{RESTART}")


def _require_usable(version: Version) -> None:
    from bot.reasons.classifier import ReasonClassifier

    try:
        ReasonClassifier.load(version.directory, EncoderSetting().encoder_path)
    except ClassifierDamaged as error:
        raise VersionUnusable(
            f"Version {version.meta.version} was made for another release of Farewell and cannot be used with this "
            "one; the classifier in place stays. `farewell reasons versions` lists the others."
        ) from error
