"""What the documents say is true: settings are documented, and every path and target that they name exists."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/**/*.md"),
    *ROOT.glob("models/**/README.md"),
    ROOT / "encoder/README.md",
]
SETTINGS = {name.upper() for name in Settings.model_fields}
COMMITTED = {"models/README.md", *(f"models/encoder/{name}" for name in ("LICENSE", "README.md", "fine_tune.py"))}
COMMITTED |= {"models/encoder/model.onnx", "models/encoder/tokenizer.json"}
MADE_LATER = ("models/", "var/", ".venv", "rasa_runtime/.venv", ".env", ".tools", "bench/")
A_PATH = re.compile(
    r"`((?:bot|actions|data|models|tests|encoder|rasa_runtime|docs|requirements|\.ci)/[\w./*-]*"
    r"|[\w-]+\.(?:yml|md|toml|example))`"
)


def test_every_setting_is_in_the_example_and_nothing_else_is() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    assert {line.split("=")[0] for line in lines if re.match(r"[A-Z_]+=", line)} == SETTINGS


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    documented = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/configuration.md").read_text(), re.MULTILINE)
    assert sorted(documented) == sorted(SETTINGS)


@pytest.mark.parametrize("name", sorted(SETTINGS - {"SECRET_KEY", "RASA_GATEWAY_SECRET", "STAFF_PASSWORD"}))
def test_the_documented_default_is_the_real_one(name: str) -> None:
    row = re.search(rf"^\| `{name}` \| (.*?) \|", (ROOT / "docs/configuration.md").read_text(), re.MULTILINE)
    assert row is not None
    field = Settings.model_fields[name.lower()]
    default = "none" if field.is_required() else field.default
    assert row[1].strip("`") == (str(default) if default not in ("", (), None) else "empty")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    named = A_PATH.findall(document.read_text())
    missing = [
        path
        for path in named
        if not path.startswith(MADE_LATER) and not list(ROOT.glob(path.rstrip("/"))) and not (ROOT / path).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_make_target_that_a_document_names_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", document.read_text())) <= targets


def test_no_lock_names_an_index_address() -> None:
    locks = [*ROOT.glob("requirements/*.txt"), *ROOT.glob("rasa_runtime/*.txt"), *ROOT.glob("bot/**/package-lock.json")]
    locks = [lock for lock in locks if "node_modules" not in lock.parts]
    assert len(locks) == 8
    for lock in locks:
        assert not re.search(r'--(extra-)?index-url|--find-links|"resolved"', lock.read_text()), lock


def test_no_secret_and_no_trained_model_is_tracked() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    assert not [name for name in tracked if name == ".env" or (name.startswith("models/") and name not in COMMITTED)]
