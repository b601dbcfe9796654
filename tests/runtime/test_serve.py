from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from rasa_runtime import serve
from rasa_runtime.serve import CannotStart
from tests.runtime.conftest import BOT, ROOT
from tests.runtime.gateway import Gateway


@pytest.fixture
def settings(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """The environment of a Rasa process that is about to start in this one."""
    settings = {**environment, "RASA_MEMORY_PATH": str(tmp_path / "memory.sqlite3")}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return settings


def arguments(
    model: Path, credentials: Path = BOT / "credentials.yml", endpoints: Path = ROOT / "endpoints.yml"
) -> argparse.Namespace:
    return argparse.Namespace(model=model, credentials=credentials, endpoints=endpoints, port=0)


def start(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Start Rasa as a process, where it must not get far."""
    return subprocess.run(
        [sys.executable, "-m", "rasa_runtime.serve", *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_taken_port_is_told_at_once(model: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        ended = start("--model", str(model), "--port", port)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr == (
        f"Rasa cannot start: port {port} on 127.0.0.1 cannot be used (Address already in use). "
        "Stop what uses it, or set RASA_PORT in .env.\n"
    )


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_a_port_that_is_none_is_told(model: Path, port: str) -> None:
    ended = start("--model", str(model), f"--port={port}")
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Rasa cannot start: port {port} on 127.0.0.1 cannot be used")


def test_a_missing_model_is_told(tmp_path: Path, free_port: int) -> None:
    ended = start("--model", str(tmp_path / "dialogue.tar.gz"), "--port", "0")
    assert ended.returncode == 1
    assert "there is no dialogue model at" in ended.stderr
    assert "Run `make train`." in ended.stderr


def test_a_damaged_model_is_told(model: Path, tmp_path: Path) -> None:
    shutil.copytree(model.parent, tmp_path, dirs_exist_ok=True)
    damaged = tmp_path / model.name
    damaged.write_bytes(damaged.read_bytes()[:-100])
    ended = start("--model", str(damaged), "--port", "0")
    assert ended.returncode == 1
    assert f"the dialogue model {damaged} is damaged. Run `make train`." in ended.stderr


def test_a_broken_archive_without_its_hash_is_told(settings: dict[str, str], tmp_path: Path) -> None:
    broken = tmp_path / "other.tar.gz"
    broken.write_bytes(b"no archive")
    with pytest.raises(CannotStart, match=r"other\.tar\.gz can not be loaded"):
        serve._load(arguments(broken))


@pytest.mark.parametrize("secret", ["", "short", "${RASA_GATEWAY_SECRET}"])
def test_without_a_real_secret_it_does_not_start(
    settings: dict[str, str], model: Path, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("RASA_GATEWAY_SECRET", secret)
    with pytest.raises(CannotStart, match="RASA_GATEWAY_SECRET"):
        serve._load(arguments(model))


@pytest.mark.parametrize("name", ["RASA_GATEWAY_SECRET", "ACTION_ENDPOINT_URL", "RASA_MEMORY_PATH"])
def test_a_missing_setting_is_named(
    settings: dict[str, str], model: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(CannotStart, match=name):
        serve._load(arguments(model))


def test_a_memory_class_that_cannot_be_imported_is_told(settings: dict[str, str], model: Path, tmp_path: Path) -> None:
    endpoints = tmp_path / "endpoints.yml"
    text = (ROOT / "endpoints.yml").read_text(encoding="utf-8")
    endpoints.write_text(text.replace("WorkingMemory", "WorkingMemry"), encoding="utf-8")
    with pytest.raises(CannotStart, match="tracker store is InMemoryTrackerStore instead of WorkingMemory"):
        serve._load(arguments(model, endpoints=endpoints))


def test_a_memory_file_that_cannot_be_made_is_told(
    settings: dict[str, str], model: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("RASA_MEMORY_PATH", str(tmp_path / "file/memory.sqlite3"))
    with pytest.raises(CannotStart, match="file"):
        serve._load(arguments(model))


def test_any_other_channel_is_refused(settings: dict[str, str], model: Path, tmp_path: Path) -> None:
    credentials = tmp_path / "credentials.yml"
    credentials.write_text((BOT / "credentials.yml").read_text(encoding="utf-8") + "rest:\n", encoding="utf-8")
    with pytest.raises(CannotStart, match="must name one channel"):
        serve._load(arguments(model, credentials))


def test_a_model_that_takes_a_known_sentence_for_something_else_is_refused(
    settings: dict[str, str], model: Path, tmp_path: Path
) -> None:
    credentials = tmp_path / "credentials.yml"
    text = (BOT / "credentials.yml").read_text(encoding="utf-8")
    credentials.write_text(text.replace('"hello": greet', '"hello": opt_out'), encoding="utf-8")
    with pytest.raises(CannotStart, match='takes "hello" for greet instead of opt_out'):
        serve._load(arguments(model, credentials))


def test_a_classifier_that_understands_nothing_is_refused(
    settings: dict[str, str], model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rasa_runtime.intent_model.IntentModel.rank", lambda *_: [])
    with pytest.raises(CannotStart, match="understands nothing"):
        serve._load(arguments(model))


def test_a_model_trained_with_another_encoder_is_refused(
    settings: dict[str, str], model: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copy(ROOT / "models/encoder/model.onnx", tmp_path / "model.onnx")
    tokenizer = (ROOT / "models/encoder/tokenizer.json").read_text(encoding="utf-8")
    (tmp_path / "tokenizer.json").write_text(tokenizer + "\n", encoding="utf-8")
    monkeypatch.setenv("ENCODER_PATH", str(tmp_path))
    with pytest.raises(CannotStart, match=r"was trained with the sentence encoder .* Run `make train`"):
        serve._load(arguments(model))


def test_an_encoder_path_that_leads_nowhere_is_told(
    settings: dict[str, str], model: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ENCODER_PATH", str(tmp_path / "nowhere"))
    with pytest.raises(CannotStart, match=r"nowhere/model\.onnx cannot be read"):
        serve._load(arguments(model))


def test_it_says_in_one_line_that_it_is_ready(rasa: Gateway) -> None:
    lines = rasa.log.read_text().splitlines()
    assert lines[0].startswith("Rasa is ready on 127.0.0.1:")


def test_only_this_machine_can_reach_it(rasa: Gateway) -> None:
    port = int(rasa.base.split(":")[2].split("/")[0])
    listening = Path("/proc/net/tcp").read_text().splitlines()[1:]
    addresses = {line.split()[1] for line in listening if line.split()[3] == "0A"}
    assert {address for address in addresses if address.endswith(f":{port:04X}")} == {f"0100007F:{port:04X}"}
