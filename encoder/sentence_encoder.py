"""Turns texts into unit vectors with an ONNX model on one thread.

It must not remember texts, log them, or give a text another vector because of its neighbours in a batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from encoder.model_files import EncoderDamaged, ModelFiles, read_built_in, read_directory

Vectors = npt.NDArray[np.float32]

UNUSABLE = "It must be an ONNX sentence encoder (input_ids, attention_mask) with the tokenizer.json that belongs to it."


class Encoder:
    """A loaded sentence encoder; safe to share between threads, as nothing in it changes after loading."""

    def __init__(
        self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer, version: str, windows: int = 1
    ) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._windows = windows
        self._inputs = {model_input.name for model_input in session.get_inputs()}
        self.version = version
        self.dimensions = int(self._run(_windows(tokenizer, "a")[0]).shape[0])

    @classmethod
    def load(cls, path: Path | None = None, max_tokens: int = 256, windows: int = 1) -> Encoder:
        """Load the built-in encoder, or another one from the directory `path`.

        A text is read in windows of `max_tokens` tokens and cut after so many windows. Raises `EncoderDamaged`, which
        says which file is at fault and what to do, when one is missing, is not the one it should be, or does not work.
        """
        files = read_built_in() if path is None else read_directory(path)
        try:
            return cls(_open_session(files), _open_tokenizer(files, max_tokens), files.version, windows)
        except EncoderDamaged:
            raise
        except Exception as error:  # What ONNX Runtime raises for a model it cannot run has no common class.
            raise EncoderDamaged(files.model_path, f"does not work ({_first_line(error)})", UNUSABLE) from error

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each text: a unit vector, or zeros where a text has no words at all."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            windows = _windows(self._tokenizer, text)[: self._windows]
            if windows:
                total = np.sum([len(ids) * self._run(ids) for ids in windows], axis=0)
                vectors[row] = total / np.linalg.norm(total)
        return vectors

    def _run(self, ids: list[int]) -> Vectors:
        # One text at a time, never padded: padding to a fixed length costs nine times the time, and the int8 model
        # scales its numbers by the whole batch, so that a text's vector would depend on its neighbours.
        tokens = np.array([ids], dtype=np.int64)
        inputs = {"input_ids": tokens, "attention_mask": np.ones_like(tokens), "token_type_ids": np.zeros_like(tokens)}
        hidden = self._session.run(None, {name: value for name, value in inputs.items() if name in self._inputs})[0]
        return np.asarray(hidden[0].mean(axis=0), dtype=np.float32)


def _open_session(files: ModelFiles) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(files.model, options, providers=["CPUExecutionProvider"])


def _open_tokenizer(files: ModelFiles, max_tokens: int) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_str(files.tokenizer.decode("utf-8"))
    except Exception as error:  # The tokenizers library raises bare Exceptions.
        raise EncoderDamaged(files.tokenizer_path, f"does not work ({_first_line(error)})", UNUSABLE) from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def _windows(tokenizer: Tokenizer, text: str) -> list[list[int]]:
    """Return the text's token ids, window by window; nothing where it holds only the marks that every text gets."""
    # Half a surrogate pair can arrive in JSON and is not text; the tokenizer would refuse it.
    encoding = tokenizer.encode(text.encode("utf-8", "replace").decode("utf-8"))
    if 0 not in encoding.special_tokens_mask:
        return []
    return [list(encoding.ids), *(list(rest.ids) for rest in encoding.overflowing)]


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
