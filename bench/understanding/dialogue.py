"""The dialogue's contestants: ours on all examples, ours and stock Rasa on the same part of them."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.processes import ROOT
from bench.understanding.examples import Example, read_examples, write_examples
from bench.understanding.general_encoder import use_general_encoder
from bench.understanding.kept import KEPT, hash_contents
from bench.understanding.rasa_model import RasaModel, Tell, train_once
from bench.understanding.stock import train_stock
from bench.understanding.subsets import choose_subset, count_words
from bot.intents.evaluation import OptOutQuality, Quality, measure, measure_opt_out
from bot.intents.examples import DEVELOPMENT_DATA, OPT_OUT_NOT_SAID, OPT_OUT_SAID, read_texts
from bot.intents.examples import read_examples as read_messages
from bot.intents.meanings import MEANING_OF, Judgement, judge
from bot.intents.runtime import run_model
from bot.retention.utterances import Intent
from rasa_runtime.answers import write_answers
from rasa_runtime.model_file import MODEL_NAME, VERBATIMS, hash_inputs

MOST = 2000
LONGEST = 20
"""Words. Stock Rasa pads every text of a batch to its longest: with a few long ones it would train for hours."""
_COPIED = ("config.yml", "domain.yml", "data/rules", "data/stories", "data/responses")


@dataclass(frozen=True)
class Answer:
    """What ours takes a message for: as the bot does, and by the classifier alone."""

    judgement: Judgement
    by_classifier: Judgement
    seconds: float


@dataclass(frozen=True)
class Contestant:
    """One way to understand a message, and how often it is right."""

    name: str
    quality: Quality


@dataclass(frozen=True)
class DialogueFigures:
    """How each contestant understands single messages, and what that costs."""

    examples: int
    subset: int
    messages: int
    ours: Quality
    """As the bot runs, trained on all."""
    contestants: tuple[Contestant, ...]
    opt_out: OptOutQuality
    version: str
    """Changes with anything our model is made of."""
    seconds: tuple[float, float, float]
    """Of training: all, ours on the part, stock on the part."""
    times: tuple[Sequence[float], Sequence[float]]
    """The seconds of each message, ours and stock Rasa's."""


def compare_dialogue(tell: Tell, most: int = MOST) -> DialogueFigures:
    """Train what is not trained yet, and ask all about the development set.

    Raises `TrainingFailed`, or `FarewellError` where the development set cannot be read or our model not be run.
    """
    examples = _read_all_examples()
    short = [example for example in examples if count_words(example.text) <= LONGEST]
    subset = choose_subset(short, most, lambda example: example.intent, lambda example: example.text)
    messages = read_messages(ROOT / DEVELOPMENT_DATA)
    said, not_said = read_texts(ROOT / OPT_OUT_SAID), read_texts(ROOT / OPT_OUT_NOT_SAID)
    tell("Training the dialogue", 0, 3)
    everything = _train_all()
    tell("Training the dialogue", 1, 3)
    with use_general_encoder():
        part = _train_part(subset)
    tell("Training the dialogue", 2, 3)
    stock = train_stock("dialogue", subset)
    tell("Training the dialogue", 3, 3)
    texts = [message.text for message in messages]
    ours = _ask(everything, [*texts, *said, *not_said], "our dialogue", tell)
    with use_general_encoder():
        on_part = _ask(part, texts, "our dialogue, of the part", tell)
    theirs = stock.answer(texts, "stock Rasa", tell)
    judged = {
        f"Farewell, trained on all {len(examples):,}": [answer.judgement for answer in ours[: len(texts)]],
        f"Farewell, trained on {len(subset):,}": [answer.judgement for answer in on_part],
        "the same, without its word rules": [answer.by_classifier for answer in on_part],
        f"stock Rasa, trained on the same {len(subset):,}": [
            _name(answer.intent, max(answer.ranking.values(), default=0.0)) for answer in theirs
        ],
    }
    contestants = tuple(Contestant(name, measure(messages, judgements)) for name, judgements in judged.items())
    heard = [answer.judgement for answer in ours[len(texts) :]]
    return DialogueFigures(
        examples=len(examples),
        subset=len(subset),
        messages=len(messages),
        ours=contestants[0].quality,
        contestants=contestants,
        opt_out=measure_opt_out(
            list(zip(said, heard[: len(said)], strict=True)), list(zip(not_said, heard[len(said) :], strict=True))
        ),
        version=hash_inputs(ROOT)[:12],
        seconds=(everything.seconds, part.seconds, stock.seconds),
        times=([answer.seconds for answer in ours], [answer.seconds for answer in theirs]),
    )


def _ask(model: RasaModel, texts: Sequence[str], name: str, tell: Tell) -> list[Answer]:
    answers = []
    with run_model(model.path) as running:
        for number, text in enumerate(texts, start=1):
            began = time.perf_counter()
            said = running.understand(text)
            judgement = judge(said)
            seconds = time.perf_counter() - began
            answers.append(Answer(judgement, _name(said.intent, said.confidence), seconds))
            tell(f"Asking {name}", number, len(texts))
    return answers


def _name(intent: str, confidence: float) -> Judgement:
    """Return what an intent comes to by itself; what the bot would not act on is out of scope."""
    return Judgement(MEANING_OF[Intent(intent)], confidence)


def _read_all_examples() -> list[Example]:
    with tempfile.TemporaryDirectory() as folder:
        more = write_answers(ROOT / VERBATIMS, Path(folder) / "answers.yml")
        return read_examples([*sorted((ROOT / "data/nlu").rglob("*.yml")), *more])


def _train_all() -> RasaModel:
    """Train as `make train` does."""
    folder = KEPT / f"ours-dialogue-all-{hash_inputs(ROOT)[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    return _train(folder, ROOT)


def _train_part(examples: Sequence[Example]) -> RasaModel:
    """Train as `make train` does, but on these examples alone."""
    nlu = write_examples(examples)
    folder = KEPT / f"ours-dialogue-part-{hash_contents([nlu, hash_inputs(ROOT)])}"
    if not folder.exists():
        for path in (ROOT / place for place in _COPIED):
            if path.is_dir():
                shutil.copytree(path, folder / path.relative_to(ROOT))
            elif path.exists():
                (folder / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, folder / path.relative_to(ROOT))
        (folder / "data/nlu").mkdir(parents=True)
        (folder / "data/nlu/examples.yml").write_text(nlu, encoding="utf-8")
    return _train(folder, folder)


def _train(folder: Path, root: Path) -> RasaModel:
    command = ["-m", "rasa_runtime.train", "--root", str(root), "--out", "models"]
    return train_once(folder, f"models/{MODEL_NAME}", command)
