from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rasa.core.agent import Agent
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from encoder import Encoder
from rasa_runtime.encoder_featurizer import MAX_TOKENS, EncoderFeaturizer


@pytest.fixture
def featurizer(tmp_path: Path) -> EncoderFeaturizer:
    config = {**EncoderFeaturizer.get_default_config(), "scale": 5}
    return EncoderFeaturizer(config, "featurizer", LocalModelStorage(tmp_path), Resource("featurizer"))


def test_every_message_gets_the_encoders_vector_at_the_length_asked_for(featurizer: EncoderFeaturizer) -> None:
    messages = featurizer.process([Message({TEXT: "too dear"}), Message({TEXT: "the app crashed"})])
    expected = 5 * Encoder.load(max_tokens=MAX_TOKENS).encode(["too dear", "the app crashed"])
    for message, vector in zip(messages, expected, strict=True):
        _, sentence = message.get_dense_features(TEXT)
        assert sentence is not None
        assert np.allclose(sentence.features, [vector], atol=1e-6)


def test_an_empty_message_gets_zeros_and_one_without_a_text_nothing(featurizer: EncoderFeaturizer) -> None:
    empty, none = featurizer.process([Message({TEXT: ""}), Message({"intent": "greet"})])
    _, sentence = empty.get_dense_features(TEXT)
    assert sentence is not None
    assert not sentence.features.any()
    assert none.get_dense_features(TEXT) == (None, None)


def test_only_the_beginning_of_a_very_long_message_counts(featurizer: EncoderFeaturizer) -> None:
    short, long = featurizer.process([Message({TEXT: "dear " * 64}), Message({TEXT: "dear " * 2000 + "crash"})])
    assert np.array_equal(short.features[0].features, long.features[0].features)


@pytest.mark.parametrize("scale", [0, -1])
def test_a_scale_that_makes_no_sense_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="scale must be greater than 0"):
        EncoderFeaturizer.validate_config({"scale": scale})


async def test_meaning_and_not_wording_decides(agent: Agent) -> None:
    parsed = await agent.parse_message("could I speak with an actual employee")
    assert parsed["intent"]["name"] == "ask_human"
