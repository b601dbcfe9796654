"""The command `farewell reasons evaluate`. It prints; what it says is measured elsewhere."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.reasons.artefact import MODEL_DIRECTORY
from bot.reasons.terminal import DEVELOPMENT_DATA, EncoderSetting, ModelOption, results, show_progress


def evaluate(
    data: Annotated[Path, typer.Option(help="Labelled verbatims, JSON lines.")] = DEVELOPMENT_DATA,
    model: ModelOption = MODEL_DIRECTORY,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON, not as tables.")] = False,
    mistakes: Annotated[int, typer.Option(min=0, help="How many of the worst mistakes to show with their text.")] = 10,
) -> None:
    """Measure the classifier on labelled verbatims that it was not trained on: how good, how sure, and where not."""
    from bot.reasons.assessment import assess
    from bot.reasons.assessment_report import tabulate_assessment, tabulate_facts
    from bot.reasons.classifier import ReasonClassifier
    from bot.reasons.fact_evaluation import measure_facts
    from bot.reasons.gold_facts import read_gold_file
    from bot.reasons.readings import read_all
    from bot.reasons.verbatims import read_verbatims

    verbatims, gold = read_verbatims(data), read_gold_file(data)
    classifier = ReasonClassifier.load(model, EncoderSetting().encoder_path)
    with show_progress() as tell:
        readings = read_all(verbatims, classifier.classify, tell)
        facts = None
        if gold is not None:
            found = []
            for number, verbatim in enumerate(verbatims, start=1):
                found.append(classifier.find_facts(verbatim.text))
                tell("Finding facts", number, len(verbatims))
            facts = measure_facts([verbatim.text for verbatim in verbatims], gold, found)
    assessment = assess(readings)
    if as_json:
        content = {"data": str(data), "version": classifier.version} | assessment.to_json(mistakes)
        sys.stdout.write(json.dumps(content | ({"facts": facts.to_json()} if facts else {}), indent=2) + "\n")
        return
    results.print(tabulate_assessment(assessment, str(data), mistakes))
    if facts:
        results.print(tabulate_facts(facts))
