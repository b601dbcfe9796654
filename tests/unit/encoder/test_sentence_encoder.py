from __future__ import annotations

import math
import shutil
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import encoder.model_files as model_files
from encoder import Encoder, EncoderDamaged


@pytest.fixture(scope="module")
def built_in() -> Encoder:
    return Encoder.load()


def similarity(encoder: Encoder, one: str, other: str) -> float:
    first, second = encoder.encode([one, other])
    return float(first @ second)


def test_sentences_that_mean_the_same_are_near_and_others_are_not(built_in: Encoder) -> None:
    assert similarity(built_in, "it costs too much", "the price is too high") > 0.6
    assert similarity(built_in, "it costs too much", "support never answered me") < 0.3


def test_every_text_becomes_a_unit_vector_of_384_numbers(built_in: Encoder) -> None:
    vectors = built_in.encode(["I moved to Leeds", "👍", "/restart", "why do you ask?"])
    assert vectors.shape == (4, built_in.dimensions) == (4, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


@pytest.mark.parametrize("text", ["", "   \n", "\u200d", "\u2060", "\x00"])
def test_a_customer_who_says_nothing_gives_a_zero_vector(built_in: Encoder, text: str) -> None:
    assert not built_in.encode([text]).any()


def test_no_texts_give_no_rows(built_in: Encoder) -> None:
    assert built_in.encode([]).shape == (0, 384)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_whatever_a_customer_types_becomes_a_unit_vector_or_zeros(text: str) -> None:
    norm = float(np.linalg.norm(_shared().encode([text])[0]))
    assert math.isclose(norm, 1.0, abs_tol=1e-4) or norm == 0.0


_loaded: list[Encoder] = []


def _shared() -> Encoder:
    """Hypothesis runs one test function many times; the model is loaded once for all of them."""
    if not _loaded:
        _loaded.append(Encoder.load(max_tokens=64))
    return _loaded[0]


def test_half_a_surrogate_pair_does_no_harm(built_in: Encoder) -> None:
    assert np.allclose(built_in.encode(["too dear \ud83d"]), built_in.encode(["too dear ?"]))


def test_a_text_has_the_same_vector_whoever_its_neighbours_are(built_in: Encoder) -> None:
    text = "The app kept crashing."
    alone = built_in.encode([text])[0]
    beside = built_in.encode(["no", text, "a much longer sentence that would make the others be padded " * 5])[1]
    assert np.array_equal(alone, beside)


def test_a_short_text_is_not_padded(built_in: Encoder) -> None:
    encoding = built_in._tokenizer.encode("too dear")
    assert built_in._tokenizer.padding is None
    assert encoding.tokens == ["[CLS]", "too", "dear", "[SEP]"]


def test_a_text_is_cut_after_the_tokens_asked_for() -> None:
    short = Encoder.load(max_tokens=8)
    assert np.array_equal(
        short.encode(["one two three four five six"]), short.encode(["one two three four five six seven"])
    )
    long = Encoder.load()
    assert not np.array_equal(long.encode(["one " * 100]), long.encode(["one " * 100 + "crash"]))


def test_a_long_text_is_read_window_by_window_to_its_end() -> None:
    end = "one two three four five six seven eight and then it crashed"
    windows = Encoder.load(max_tokens=8, windows=3)
    assert not np.array_equal(windows.encode([end]), windows.encode([end.removesuffix("crashed")]))
    assert math.isclose(float(np.linalg.norm(windows.encode([end])[0])), 1.0, abs_tol=1e-5)
    far = end + " more" * 40
    assert np.array_equal(windows.encode([far]), windows.encode([far + " crashed"]))


def test_it_can_be_shared_between_threads(built_in: Encoder) -> None:
    texts = [f"I left because of reason number {n}" for n in range(40)]
    expected = built_in.encode(texts)
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda text: built_in.encode([text])[0], texts))
    assert np.array_equal(np.stack(rows), expected)


def test_it_uses_one_thread(built_in: Encoder) -> None:
    options = built_in._session.get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the encoder reached for the network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert Encoder.load().encode(["offline"]).any()


def test_the_version_tells_where_vectors_come_from(built_in: Encoder, tmp_path: Path) -> None:
    assert Encoder.load().version == built_in.version
    assert len(built_in.version) == 12
    other = _copy_of_built_in(tmp_path)
    tokenizer = other / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert Encoder.load(other).version != built_in.version


def test_another_encoder_is_loaded_by_its_directory(built_in: Encoder, tmp_path: Path) -> None:
    other = Encoder.load(_copy_of_built_in(tmp_path))
    assert np.array_equal(other.encode(["too dear"]), built_in.encode(["too dear"]))


def test_a_damaged_tokenizer_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_files, "TOKENIZER_SHA256", "0" * 64)
    with pytest.raises(EncoderDamaged, match=r"tokenizer\.json is not the file it should be.*git checkout"):
        Encoder.load()


def test_a_damaged_model_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cut_short = _copy_of_built_in(tmp_path) / "model.onnx"
    cut_short.write_bytes(cut_short.read_bytes()[:-1])
    monkeypatch.setattr(model_files, "BUILT_IN", tmp_path)
    with pytest.raises(EncoderDamaged, match=r"model\.onnx is not the file it should be.*git checkout") as caught:
        Encoder.load()
    assert caught.value.path == cut_short


def test_a_missing_model_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(model_files, "BUILT_IN", tmp_path)
    with pytest.raises(EncoderDamaged, match=r"model\.onnx cannot be read.*git checkout"):
        Encoder.load()


def test_an_encoder_path_that_leads_nowhere_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(EncoderDamaged, match=r"model\.onnx cannot be read.*ENCODER_PATH"):
        Encoder.load(tmp_path)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_another_encoder_that_does_not_work_is_a_clear_error(tmp_path: Path, name: str) -> None:
    (_copy_of_built_in(tmp_path) / name).write_bytes(b"not a model")
    with pytest.raises(EncoderDamaged, match=rf"{name} does not work"):
        Encoder.load(tmp_path)


def _copy_of_built_in(directory: Path) -> Path:
    for name in (model_files.MODEL, model_files.TOKENIZER):
        shutil.copy(model_files.BUILT_IN / name, directory / name)
    return directory
