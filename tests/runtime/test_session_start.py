from __future__ import annotations

from collections.abc import Iterator

import pytest
from rasa.core.agent import Agent
from rasa.shared.core.domain import SessionConfig
from rasa.shared.core.events import SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from rasa_runtime.working_memory import WorkingMemory
from tests.runtime.test_working_memory import make_turn

HOUR = 3600.0


@pytest.fixture
def memory(agent: Agent) -> Iterator[WorkingMemory]:
    """A memory whose conversations' sessions end after an hour."""
    stands = agent.domain.session_config
    agent.domain.session_config = SessionConfig(session_expiration_time=60, carry_over_slots=True)
    memory = WorkingMemory(agent.domain, path=":memory:", limit=1000)
    yield memory
    agent.domain.session_config = stands
    memory.close()


async def test_a_customer_who_answers_a_day_later_is_still_in_the_interview(
    agent: Agent, memory: WorkingMemory
) -> None:
    await make_turn(agent, memory, "1", {"event": {"intent": "EXTERNAL_exit_interview"}})
    await make_turn(agent, memory, "2", {"text": "it is too dear for me"})
    await let_time_pass(memory, agent, 24 * HOUR)
    replies = await make_turn(agent, memory, "3", {"text": "a cheaper plan would have kept me"})
    assert [reply["text"] for reply in replies] == ["Thank you: it is too dear for me."]


async def test_slots_are_carried_over_once_however_many_sessions_there_were(
    agent: Agent, memory: WorkingMemory
) -> None:
    await make_turn(agent, memory, "0", {"text": "never contact me again"})
    grown = []
    for day in range(1, 5):
        await let_time_pass(memory, agent, 24 * HOUR)
        await make_turn(agent, memory, str(day), {"text": "hello"})
        tracker = await memory.retrieve("c")
        assert tracker is not None
        assert tracker.get_slot("opted_out") is True
        grown.append(sum(isinstance(event, SlotSet) for event in since_session_start(tracker)))
    assert grown == [grown[0]] * 4


async def test_a_new_session_begins_empty_where_the_domain_says_so(agent: Agent, memory: WorkingMemory) -> None:
    agent.domain.session_config = SessionConfig(session_expiration_time=60, carry_over_slots=False)
    await make_turn(agent, memory, "0", {"text": "never contact me again"})
    await let_time_pass(memory, agent, 2 * HOUR)
    await make_turn(agent, memory, "1", {"text": "hello"})
    tracker = await memory.retrieve("c")
    assert tracker is not None
    assert tracker.get_slot("opted_out") is None


async def let_time_pass(memory: WorkingMemory, agent: Agent, seconds: float) -> None:
    """Make all that is remembered older."""
    tracker = await memory.retrieve("c")
    assert tracker is not None
    for event in tracker.events:
        event.timestamp -= seconds
    await memory.save(DialogueStateTracker.from_events("c", list(tracker.events), agent.domain.slots))


def since_session_start(tracker: DialogueStateTracker) -> list[object]:
    events = list(tracker.events)
    start = max(at for at, event in enumerate(events) if isinstance(event, SessionStarted))
    return events[start:]
