"""Puts the intent model into Rasa's pipeline, where it takes the place of a classifier and of the fallback.

It must not decide what follows from an intent; and its annotations must stay real objects, as Rasa reads them when it
trains.
"""

from typing import Any, Dict, List, Optional

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier as RasaClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from rasa_runtime.intent_model import IntentModel


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(RasaClassifier, GraphComponent):
    """One intent a message, or none where the model is not sure enough of any. Needs the encoder's vectors."""

    def __init__(self, model_storage: ModelStorage, resource: Resource, model: Optional[IntentModel] = None) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "IntentClassifier":
        """Make the component for training."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "IntentClassifier":
        """Make the component for a trained model."""
        with model_storage.read_from(resource) as directory:
            return cls(model_storage, resource, IntentModel.read(directory))

    def train(self, training_data: TrainingData) -> Resource:
        """Train on all examples that have an intent."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        vectors = np.stack([_vector_of(example) for example in examples])
        self._model = IntentModel.fit(
            [example.get(TEXT) for example in examples], vectors, [example.get(INTENT) for example in examples]
        )
        with self._model_storage.write_to(self._resource) as directory:
            self._model.write(directory)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the intent and the ranking; below the operating point the intent is Rasa's "not understood"."""
        if self._model is None:
            raise RuntimeError("The intent classifier is not trained.")
        for message in messages:
            ranking = [
                {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: confidence}
                for intent, confidence in self._model.rank(message.get(TEXT) or "", _vector_of(message))
            ]
            best = ranking[0]
            if best[PREDICTED_CONFIDENCE_KEY] < self._model.calibration.threshold:
                best = {**best, INTENT_NAME_KEY: DEFAULT_NLU_FALLBACK_INTENT_NAME}
                ranking.insert(0, best)
            message.set(INTENT, best, add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages


def _vector_of(message: Message) -> Any:
    _, sentence = message.get_dense_features(TEXT)
    if sentence is None:
        raise RuntimeError("The intent classifier needs EncoderFeaturizer before it in config.yml.")
    return sentence.features[0]
