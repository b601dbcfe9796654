"""Stock Rasa's understanding: the pipeline that `rasa train` takes for the config.yml of `rasa init`, on our examples.

Training takes minutes, so a model is kept by the hash of all it was trained from. Nothing of ours may get into it but
the examples, and a seed so that it comes out the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from bench.stock import RASA_PYTHON, TrainingFailed
from bench.understanding.examples import Example, write_examples
from bench.understanding.kept import KEPT, hash_contents
from bench.understanding.rasa_model import RasaModel, train_once

SEED = 7
FALLBACK = "nlu_fallback"
_DEFAULTS = "rasa/engine/recipes/config_files/default_config.yml"
_SEEDED = ("DIETClassifier", "ResponseSelector")


def train_stock(name: str, examples: Sequence[Example]) -> RasaModel:
    """Train on examples, or take the model that was trained from the very same; raises `TrainingFailed`."""
    config, nlu = yaml.safe_dump(_read_config()), write_examples(examples)
    folder = KEPT / f"stock-{name}-{hash_contents([config, nlu])}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yml").write_text(config, encoding="utf-8")
    (folder / "nlu.yml").write_text(nlu, encoding="utf-8")
    files = ["--config", "config.yml", "--nlu", "nlu.yml", "--out", ".", "--fixed-model-name", "stock"]
    return train_once(folder, "stock.tar.gz", ["-m", "rasa", "train", "nlu", *files])


def _read_config() -> dict[str, Any]:
    defaults = next(RASA_PYTHON.parent.parent.glob(f"lib/*/site-packages/{_DEFAULTS}"), None)
    if defaults is None:
        raise TrainingFailed("Rasa's environment is not there: run `make setup`.")
    config: dict[str, Any] = yaml.safe_load(defaults.read_text(encoding="utf-8"))
    for part in config["pipeline"]:
        if part["name"] in _SEEDED:
            part["random_seed"] = SEED
    return {"recipe": config["recipe"], "language": config["language"], "pipeline": config["pipeline"]}
