"""Rasa as it comes: the pipeline, policies, channel and tracker store of `rasa init`, on our dialogue.

Its model takes minutes to train, so it is kept under var/bench by the hash of what it was trained from. Nothing of
ours may get into it but the dialogue: no component, no channel, no change to Rasa's code.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from bench.processes import ROOT
from rasa_runtime.model_file import hash_file

RASA_PYTHON = ROOT / "rasa_runtime/.venv/bin/python"
KEPT = ROOT / "var/bench/stock"
#: What `rasa train` takes when config.yml is as `rasa init` writes it: with pipeline and policies left out.
_DEFAULTS = "rasa/engine/recipes/config_files/default_config.yml"
_DIALOGUE = ("domain.yml", "data/nlu", "data/rules", "data/stories", "data/responses")


class TrainingFailed(Exception):
    """The stock model could not be trained; says where the log is."""


def prepare_stock(environment: Mapping[str, str]) -> Path:
    """Return the folder with `config.yml`, `endpoints.yml`, `credentials.yml` and `models/stock.tar.gz`, trained now
    if it was not trained from this dialogue before; raises `TrainingFailed`."""
    defaults = next(RASA_PYTHON.parent.parent.glob(f"lib/*/site-packages/{_DEFAULTS}"))
    folder = KEPT / _hash([defaults, *_list_dialogue()])
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(defaults, folder / "config.yml")
    _write(folder / "credentials.yml", {"rest": None})
    _write(folder / "endpoints.yml", {"action_endpoint": _endpoint()})
    if not (folder / "models/stock.tar.gz").exists():
        _train(folder, environment)
    return folder


def serve_command(folder: Path, port: int) -> list[str]:
    """Return the command that serves it on this machine alone."""
    files = ["--endpoints", str(folder / "endpoints.yml"), "--credentials", str(folder / "credentials.yml")]
    where = ["--model", str(folder / "models/stock.tar.gz"), "--port", str(port), "--interface", "127.0.0.1"]
    return [str(RASA_PYTHON), "-m", "rasa", "run", *where, *files]


def _train(folder: Path, environment: Mapping[str, str]) -> None:
    domain, *data = (str(ROOT / name) for name in _DIALOGUE if (ROOT / name).exists())
    command = ["nice", str(RASA_PYTHON), "-m", "rasa", "train", "--domain", domain, "--data", *data]
    unfinished = folder / "training"
    log = folder / "train.log"
    with log.open("wb") as output:
        ended = subprocess.run(
            [*command, "--config", str(folder / "config.yml"), "--out", str(unfinished), "--fixed-model-name", "stock"],
            # Here Rasa keeps its cache, so that a new rule alone does not train the classifier again.
            cwd=KEPT,
            env=dict(environment),
            stdout=output,
            stderr=output,
            check=False,
        )
    if ended.returncode != 0 or not (unfinished / "stock.tar.gz").exists():
        raise TrainingFailed(f"The stock model could not be trained; the log is {log}")
    (folder / "models").mkdir(exist_ok=True)
    (unfinished / "stock.tar.gz").replace(folder / "models/stock.tar.gz")


def _list_dialogue() -> list[Path]:
    places = [ROOT / name for name in _DIALOGUE]
    return [file for place in places for file in (sorted(place.rglob("*.yml")) if place.is_dir() else [place])]


def _hash(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        if file.exists():
            total.update(f"{file.name} {hash_file(file)}\n".encode())
    return total.hexdigest()[:16]


def _endpoint() -> dict[str, object]:
    return {"url": "${ACTION_ENDPOINT_URL}", "headers": {"X-Gateway-Secret": "${RASA_GATEWAY_SECRET}"}}


def _write(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
