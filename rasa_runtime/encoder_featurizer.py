"""Gives Rasa's intent classifier the sentence encoder's vectors.

It must not do anything the encoder itself should do; and its annotations must stay real objects, as Rasa reads them
when it trains.
"""

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from encoder import Encoder

#: What a customer says in one message to a bot is short; the encoder's time grows with the tokens.
MAX_TOKENS = 64


class OtherEncoder(Exception):
    """The dialogue model was trained with another sentence encoder than the one in use now."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class EncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """One vector a message. `ENCODER_PATH` names the directory of another encoder than the built-in one.

    Training learns nothing here but which encoder was used; loading refuses any other.
    """

    def __init__(self, config: Dict[str, Any], name: str, model_storage: ModelStorage, resource: Resource) -> None:
        super().__init__(name, config)
        self._scale = float(config["scale"])
        self._model_storage = model_storage
        self._resource = resource
        self._encoder = _load_encoder(os.environ.get("ENCODER_PATH") or None)

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Return the defaults: `scale` is the length of every vector.

        Rasa's logistic regression has a fixed penalty that suits numbers far greater than those of a unit vector of
        384; at length 1 all intents come out about equally likely. Length 10 makes the penalty a hundred times weaker.
        """
        return {**DenseFeaturizer.get_default_config(), "scale": 10.0}

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:
        """Refuse a scale that is not a positive number."""
        if not float(config.get("scale", 1)) > 0:
            raise ValueError("config.yml: EncoderFeaturizer's scale must be greater than 0.")

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "EncoderFeaturizer":
        """Make the component for training."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "EncoderFeaturizer":
        """Make the component for a trained model; raises `OtherEncoder` where the encoder has changed since."""
        component = cls(config, execution_context.node_name, model_storage, resource)
        with model_storage.read_from(resource) as directory:
            trained_with = json.loads((directory / "encoder.json").read_text(encoding="utf-8"))["version"]
        if trained_with != component._encoder.version:
            raise OtherEncoder(
                f"The dialogue model was trained with the sentence encoder {trained_with}, "
                f"and the one in use is {component._encoder.version}. Run `make train`."
            )
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Note which encoder the model rests on."""
        with self._model_storage.write_to(self._resource) as directory:
            (directory / "encoder.json").write_text(json.dumps({"version": self._encoder.version}), encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add a vector to every example."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Add a vector to every message that has a text, be it empty: the classifier cannot do without one."""
        for message in messages:
            text: Optional[str] = message.get(TEXT)
            if text is not None:
                vector = self._scale * self._encoder.encode([text])
                self.add_features_to_message(sequence=None, sentence=vector, attribute=TEXT, message=message)
        return messages


@lru_cache(maxsize=2)
def _load_encoder(path: Optional[str]) -> Encoder:
    # Training makes several components of one pipeline step, all of which can share the model in memory.
    return Encoder.load(Path(path) if path else None, max_tokens=MAX_TOKENS)
