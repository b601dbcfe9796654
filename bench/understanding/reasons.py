"""The reasons' contestants: ours on all verbatims, ours and stock Rasa on the same part of them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.processes import ROOT
from bench.stock import TrainingFailed
from bench.understanding.examples import Example
from bench.understanding.general_encoder import use_general_encoder
from bench.understanding.kept import KEPT, hash_contents, hash_files
from bench.understanding.rasa_model import RasaAnswer, RasaModel, Tell
from bench.understanding.stock import train_stock
from bench.understanding.subsets import choose_subset, count_words
from bot.reasons.assessment import Assessment, assess, estimate
from bot.reasons.classifier import ReasonClassifier
from bot.reasons.confusion import measure_readings
from bot.reasons.evaluation import Quality
from bot.reasons.fact_evaluation import FactQuality, measure_facts
from bot.reasons.gold_facts import read_gold_file
from bot.reasons.intervals import Interval, Intervals, estimate_gain
from bot.reasons.readings import Reading, read_all
from bot.reasons.terminal import DEVELOPMENT_DATA, TRAINING_DATA, EncoderSetting
from bot.reasons.verbatims import Verbatim, read_verbatims
from bot.retention.reasons import Reason

MOST = 800
LONGEST = 30
"""Words. Stock Rasa pads every text of a batch to its longest: with letters of 250 words it would train for hours."""
_CANDIDATES = np.arange(0.02, 1.0, 0.02)


@dataclass(frozen=True)
class Contestant:
    """How good one way to find the reasons is, on the development set."""

    name: str
    quality: Quality
    intervals: Intervals
    gain: Interval | None
    """Of ours on the same verbatims, in micro-F1; None where this is not to be compared."""


@dataclass(frozen=True)
class ReasonFigures:
    """How each contestant finds the reasons, ours in every detail."""

    verbatims: int
    subset: int
    ours: Assessment
    facts: FactQuality | None
    contestants: tuple[Contestant, ...]
    seconds: tuple[float, float, float]
    """Of training: all, ours on the part, stock on the part."""
    readings: Sequence[Reading]


def compare_reasons(classifier: ReasonClassifier, tell: Tell, most: int = MOST) -> ReasonFigures:
    """Train what is not trained yet and let all read the development set; raises `TrainingFailed`."""
    verbatims, development = read_verbatims(ROOT / TRAINING_DATA), read_verbatims(ROOT / DEVELOPMENT_DATA)
    short = [verbatim for verbatim in verbatims if count_words(verbatim.text) <= LONGEST]
    subset = choose_subset(short, most, lambda verbatim: verbatim.labels[0], lambda verbatim: verbatim.id)
    tell("Training the reasons", 0, 3)
    _, all_seconds = _train_ours("all", verbatims)
    tell("Training the reasons", 1, 3)
    with use_general_encoder():
        part, part_seconds = _train_ours("part", subset)
    tell("Training the reasons", 2, 3)
    stock = train_stock("reasons", [Example(verbatim.text, verbatim.labels[0].value) for verbatim in subset])
    tell("Training the reasons", 3, 3)
    ours = read_all(development, classifier.classify, tell)
    ours_on_part = read_all(development, part.classify, lambda _, done, of: tell("Reading texts, part", done, of))
    single, several = _read_by_stock(stock, development, tell)
    return ReasonFigures(
        verbatims=len(verbatims),
        subset=len(subset),
        ours=assess(ours),
        facts=_measure_facts(classifier, development, tell),
        contestants=(
            _describe(f"Farewell, trained on all {len(verbatims):,}", ours, None),
            _describe(f"Farewell, trained on {len(subset):,}", ours_on_part, None),
            _describe(f"stock Rasa, trained on the same {len(subset):,}: its top label", single, ours_on_part),
            _describe(
                "stock Rasa, all labels over the threshold that suits these very texts best", several, ours_on_part
            ),
        ),
        seconds=(all_seconds, part_seconds, stock.seconds),
        readings=ours,
    )


def _describe(name: str, readings: Sequence[Reading], ours: Sequence[Reading] | None) -> Contestant:
    gain = None
    if ours is not None:
        gain = estimate_gain(
            [reading.verbatim.labels for reading in readings],
            [reading.reasons for reading in ours],
            [reading.reasons for reading in readings],
            [reading.verbatim.allowed for reading in readings],
        )
    return Contestant(name, measure_readings(readings), estimate(readings), gain)


def _measure_facts(classifier: ReasonClassifier, development: Sequence[Verbatim], tell: Tell) -> FactQuality | None:
    gold = read_gold_file(ROOT / DEVELOPMENT_DATA)
    if gold is None:
        return None
    found = []
    for number, verbatim in enumerate(development, start=1):
        found.append(classifier.find_facts(verbatim.text))
        tell("Finding facts", number, len(development))
    return measure_facts([verbatim.text for verbatim in development], gold, found)


def _train_ours(name: str, verbatims: Sequence[Verbatim]) -> tuple[ReasonClassifier, float]:
    """Train as `farewell reasons train` does, but on these verbatims alone; return the classifier and the seconds."""
    lines = [
        {"id": it.id, "text": it.text, "labels": list(it.labels), "allowed": sorted(it.allowed), "form": it.form}
        for it in verbatims
    ]
    data = "".join(json.dumps(line) + "\n" for line in lines)
    code = hash_files([*(ROOT / "bot/reasons").rglob("*.py"), *(ROOT / "encoder").glob("*")])
    folder = KEPT / f"ours-reasons-{name}-{hash_contents([data, code, *_read_beside()])}"
    took = folder / "seconds.json"
    if not took.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "train.jsonl").write_text(data, encoding="utf-8")
        took.write_text(json.dumps(_train(folder)), encoding="utf-8")
    classifier = ReasonClassifier.load(folder / "model", EncoderSetting().encoder_path)
    return classifier, json.loads(took.read_text(encoding="utf-8"))


def _train(folder: Path) -> float:
    began = time.monotonic()
    files = ["--data", str(folder / "train.jsonl"), "--output", str(folder / "model")]
    ended = subprocess.run(
        [Path(sys.executable).with_name("farewell"), "reasons", "train", *files],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if ended.returncode != 0:
        raise TrainingFailed(f"The reasons could not be trained: {ended.stderr.decode(errors='replace').strip()}")
    return round(time.monotonic() - began, 1)


def _read_beside() -> list[bytes]:
    """Return what training reads besides the verbatims."""
    beside = [ROOT / "data/reasons/calibration.jsonl", *sorted((ROOT / "models/encoder").glob("*.json"))]
    return [file.read_bytes() for file in beside if file.exists()]


def _read_by_stock(
    stock: RasaModel, development: Sequence[Verbatim], tell: Tell
) -> tuple[list[Reading], list[Reading]]:
    """Return two readings of stock Rasa: its top label, and every label over the one threshold that does best here."""
    answers = stock.answer([verbatim.text for verbatim in development], "stock Rasa for reasons", tell)
    scores = [_score(answer) for answer in answers]
    single = [_name(verbatim, row, 1.0) for verbatim, row in zip(development, scores, strict=True)]
    best = max(
        (
            [_name(verbatim, row, float(candidate)) for verbatim, row in zip(development, scores, strict=True)]
            for candidate in _CANDIDATES
        ),
        key=lambda readings: measure_readings(readings).micro_f1,
    )
    return single, best


def _score(answer: RasaAnswer) -> dict[Reason, float]:
    return {reason: answer.ranking.get(reason.value, 0.0) for reason in Reason}


def _name(verbatim: Verbatim, scores: Mapping[Reason, float], threshold: float) -> Reading:
    ranked = sorted(Reason, key=lambda reason: -scores[reason])
    named = [reason for reason in ranked if scores[reason] >= threshold]
    return Reading(verbatim, tuple(named or ranked[:1]), scores, unsure=False)
