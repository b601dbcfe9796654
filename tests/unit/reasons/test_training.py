"""Training gives the same classifier each time, survives being written down, and refuses too little data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from typer.testing import CliRunner

from bot.reasons.artefact import read_meta
from bot.reasons.classifier import ReasonClassifier
from bot.reasons.commands import app
from bot.reasons.component import ReasonScorer
from bot.reasons.features import Vocabulary
from bot.reasons.model import Certainty, log_odds
from bot.reasons.thresholds import choose_thresholds
from bot.reasons.training import TooFewVerbatims, fit_certainty, train
from bot.reasons.verbatims import Verbatim, VerbatimsUnreadable, read_verbatims
from bot.retention.reasons import Reason
from encoder import Encoder
from tests.small_training import choose_calibration


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load()


def test_the_same_verbatims_give_the_same_version(
    verbatims: list[Verbatim], trained: Path, encoder: Encoder, tmp_path: Path
) -> None:
    ReasonScorer(encoder, train(verbatims, choose_calibration(), encoder).model).to_disk(tmp_path)
    assert (tmp_path / "weights.npz").read_bytes() == (trained / "weights.npz").read_bytes()


def test_scores_are_the_same_after_writing_and_reading(
    verbatims: list[Verbatim], trained: Path, encoder: Encoder, tmp_path: Path
) -> None:
    first = ReasonScorer(encoder).from_disk(trained)
    first.to_disk(tmp_path / "again")
    second = ReasonScorer(encoder).from_disk(tmp_path / "again")
    assert first.model is not None
    assert second.model is not None
    texts = [verbatim.text for verbatim in verbatims[:20]]
    vectors = encoder.encode(texts)
    assert np.array_equal(first.model.score(texts, vectors), second.model.score(texts, vectors))


def test_training_says_where_the_classifier_comes_from_and_how_good_it_is(
    trained: Path, verbatims: list[Verbatim]
) -> None:
    meta = read_meta(trained)
    assert meta.data["verbatims"] == len(verbatims)
    assert len(meta.data["sha256"]) == 64
    assert meta.trained_at.endswith("+00:00")
    assert set(meta.metrics["calibration"]["labels"]) == set(Reason)
    assert meta.metrics["calibration"]["micro_f1"] > 0.4


def test_the_figures_come_from_verbatims_the_model_had_not_seen(
    trained: Path, classifier: ReasonClassifier, verbatims: list[Verbatim]
) -> None:
    some = verbatims[::4]
    seen = sum(classifier.classify(v.text).reasons[0] in v.labels for v in some) / len(some)
    assert seen > read_meta(trained).metrics["calibration"]["lead_right"]


def test_too_few_verbatims_of_a_reason_are_named(verbatims: list[Verbatim], encoder: Encoder) -> None:
    without = [verbatim for verbatim in verbatims if Reason.RELOCATION not in verbatim.labels]
    with pytest.raises(TooFewVerbatims, match=r"relocation \(0\)"):
        train(without, choose_calibration(), encoder)


def test_without_a_verbatim_to_calibrate_by_nothing_is_trained(verbatims: list[Verbatim], encoder: Encoder) -> None:
    without = [verbatim for verbatim in choose_calibration() if Reason.PRICE not in verbatim.labels]
    with pytest.raises(TooFewVerbatims, match=r"to calibrate by: price \(0\)"):
        train(verbatims, without, encoder)


def test_certainty_says_how_often_the_strongest_reason_is_right() -> None:
    chance = np.random.default_rng(1)
    scores = chance.uniform(0.5, 1.0, size=(4000, 2)) * [1.0, 0.4]
    right = chance.random(4000) < 1 / (1 + np.exp(-(0.5 * log_odds(scores[:, 0]) - 1)))
    truth = np.stack([right, ~right], axis=1)
    certainty = fit_certainty(scores, truth, np.ones_like(truth))
    assert certainty.slope == pytest.approx(0.5, abs=0.15)
    assert abs(certainty.of(scores)[:, 0].mean() - right.mean()) < 0.02


def test_a_text_on_which_readers_disagree_teaches_nothing_about_certainty() -> None:
    scores = np.array([[0.9, 0.1], [0.8, 0.1], [0.7, 0.1]])
    truth = np.array([[True, False], [True, False], [False, True]])
    sure_of_none = np.zeros_like(truth)
    assert fit_certainty(scores, truth, sure_of_none) == Certainty()


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_surer_score_stays_the_surer_one(one: float, other: float) -> None:
    first, second = Certainty(0.7, -0.4).of(np.array([one, other]))
    assert (first >= second) == (one >= other) or abs(first - second) < 1e-3


def test_words_weigh_what_scikit_learn_says_they_weigh(verbatims: list[Verbatim]) -> None:
    texts = [verbatim.text for verbatim in verbatims]
    reference = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=3, sublinear_tf=True).fit(texts)
    vocabulary = Vocabulary.fit("characters", texts)
    for text in [*texts[:10], "something new altogether", ""]:
        row = np.zeros(len(vocabulary.terms))
        columns, weights = vocabulary.weigh(text)
        row[columns] = weights
        assert np.allclose(row, reference.transform([text]).toarray()[0])


def test_a_threshold_separates_what_it_was_chosen_on() -> None:
    truth = np.array([[True], [True], [False], [False]] * 10)
    scores = np.array([[0.9], [0.7], [0.4], [0.2]] * 10)
    assert 0.4 < choose_thresholds(scores, truth, np.ones_like(truth))[0] <= 0.7


def test_a_reason_with_one_odd_example_gets_nearly_the_common_threshold() -> None:
    truth = np.zeros((100, 2), dtype=np.bool_)
    truth[:50, 0] = True
    truth[0, 1] = True
    scores = np.zeros((100, 2))
    scores[:50, 0] = 0.6
    scores[50:, 0] = 0.5
    scores[:, 1] = 0.3
    common, odd = choose_thresholds(scores, truth, np.ones_like(truth))
    assert abs(common - odd) < 0.1


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "line 2"),
        ('{"id": "a", "text": "b"}', "line 2: KeyError, 'labels'"),
        ('{"id": "a", "text": "b", "labels": ["cost"]}', "line 2: ValueError, 'cost'"),
        ('{"id": "a", "text": "b", "labels": []}', "line 2: needs"),
        ('{"id": "a", "text": 3, "labels": ["price"]}', "line 2: needs"),
        ('{"id": "a", "text": "b", "labels": ["price", "other_unclear"]}', "line 2: needs"),
        ("[]", "line 2: TypeError"),
    ],
)
def test_a_verbatim_that_is_wrongly_written_is_named_by_its_line(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text(f'{{"id": "1", "text": "dear", "labels": ["price"]}}\n{line}\n')
    with pytest.raises(VerbatimsUnreadable, match=complaint):
        read_verbatims(path)


def test_verbatims_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(VerbatimsUnreadable, match=r"nowhere\.jsonl cannot be read"):
        read_verbatims(tmp_path / "nowhere.jsonl")


def test_evaluate_prints_every_reason_as_a_table_and_as_json(
    trained: Path, verbatim_file: Path, tmp_path: Path
) -> None:
    some = tmp_path / "some.jsonl"
    some.write_text("\n".join(verbatim_file.read_text().splitlines()[::8]))
    arguments = ["evaluate", "--data", str(some), "--model", str(trained)]
    table = CliRunner().invoke(app, arguments)
    figures = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)
    assert table.exit_code == 0
    assert all(reason in table.stdout for reason in Reason)
    assert set(figures["labels"]) == set(Reason)
    assert 0.5 < figures["micro_f1"] <= figures["hit_rate"] <= 1
