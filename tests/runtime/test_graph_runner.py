from __future__ import annotations

from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from rasa_runtime.graph_runner import DirectGraphRunner


def test_the_loaded_model_is_run_directly(agent: Agent) -> None:
    assert type(agent.processor.graph_runner) is DirectGraphRunner


@pytest.mark.parametrize("text", ["yes, please", "I want to talk to a human", "the price went up", "?!", "ご飯"])
async def test_a_message_is_understood_as_before(agent: Agent, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = await agent.parse_message(text)
    monkeypatch.setattr(DirectGraphRunner, "run", DaskGraphRunner.run)
    assert ours == await agent.parse_message(text)


def test_the_next_action_is_predicted_as_before(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    def predict() -> list[Any]:
        found = []
        for intent in agent.domain.intents:
            events = [ActionExecuted("action_listen"), UserUttered("x", {"name": intent, "confidence": 1.0})]
            tracker = DialogueStateTracker.from_events("c", events, agent.domain.slots)
            prediction = agent.processor._predict_next_with_tracker(tracker)
            found.append((prediction.policy_name, prediction.probabilities))
        return found

    ours = predict()
    monkeypatch.setattr(DirectGraphRunner, "run", DaskGraphRunner.run)
    assert ours == predict()


def test_an_error_in_a_component_is_told_as_before(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("secret words")

    runner = agent.processor.graph_runner
    monkeypatch.setattr(runner, "_instantiated_nodes", dict.fromkeys(runner._instantiated_nodes, fail))
    with pytest.raises(GraphRunError, match="Error running runner"):
        runner.run(inputs={"__tracker__": None}, targets=[agent.processor.model_metadata.core_target])
