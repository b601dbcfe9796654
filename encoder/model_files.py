"""Finds the two files an encoder is made of and proves that they are the ones we mean.

It must not run them: that is `sentence_encoder`'s part.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
BUILT_IN = Path(__file__).parents[1] / "models" / "encoder"
MODEL_SHA256 = "eb2f95663b73e5e10f81286509de10944c3c2371df1f7f2a0448a809b276b25c"
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
    model_path, tokenizer_path = BUILT_IN / MODEL, BUILT_IN / TOKENIZER
    return ModelFiles(
        model_path=model_path,
        model=_read_checked(model_path, MODEL_SHA256),
        tokenizer_path=tokenizer_path,
        tokenizer=_read_checked(tokenizer_path, TOKENIZER_SHA256),
    )


def read_directory(directory: Path) -> ModelFiles:
    """Read another encoder from a directory with `model.onnx` and `tokenizer.json`; raises `EncoderDamaged`."""
    remedy = "ENCODER_PATH must name a directory with model.onnx and tokenizer.json, or be empty for the built-in one."
    model_path, tokenizer_path = directory / MODEL, directory / TOKENIZER
    return ModelFiles(
        model_path=model_path,
        model=_read(model_path, remedy),
        tokenizer_path=tokenizer_path,
        tokenizer=_read(tokenizer_path, remedy),
    )


def _read_checked(path: Path, sha256: str) -> bytes:
    restore = f"Restore it with `git checkout -- models/encoder/{path.name}`."
    content = _read(path, restore)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise EncoderDamaged(path, "is not the file it should be (its SHA-256 differs)", restore)
    return content


def _read(path: Path, remedy: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EncoderDamaged(path, f"cannot be read ({error.strerror})", remedy) from error
