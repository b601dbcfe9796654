from __future__ import annotations

import json
import random
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest
from rasa.core.agent import Agent
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore, TrackerStore
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from rasa_runtime.aborts import MemoryFailed
from rasa_runtime.replies import Unheard, find_replies
from rasa_runtime.turn import Turn
from rasa_runtime.working_memory import WorkingMemory

SAID = [
    {"text": "hello"},
    {"text": "it is too dear for me"},
    {"text": "the app kept crashing"},
    {"text": "why do you ask?"},
    {"text": "can a real person help me"},
    {"text": "never contact me again"},
    {"text": "qwertz"},
    {"button": {"title": "Too dear", "intent": "answer", "entities": {"reason": "price"}}},
    {"button": {"title": "I moved", "intent": "answer", "entities": {"reason": "relocation"}}},
    {"button": {"title": "Why?", "intent": "ask_why"}},
    {"event": {"intent": "EXTERNAL_exit_interview"}},
    {"event": {"intent": "EXTERNAL_check_in"}},
]


@pytest.mark.parametrize("seed", range(4))
async def test_a_folded_conversation_goes_on_as_if_nothing_had_been_forgotten(agent: Agent, seed: int) -> None:
    chance = random.Random(seed)
    shipped, ours = InMemoryTrackerStore(agent.domain), WorkingMemory(agent.domain, path=":memory:", limit=20, keep=2)
    for number in range(30):
        what = chance.choice(SAID)
        expected = await make_turn(agent, shipped, str(number), what)
        found = await make_turn(agent, ours, str(number), what)
        assert (what, found) == (what, expected)
        assert describe(await ours.retrieve("c")) == describe(await shipped.retrieve("c"))
    shipped_tracker = await shipped.retrieve("c")
    assert shipped_tracker is not None
    assert len(shipped_tracker.events) > 150 > 60 > len(ours.recall("c"))
    ours.close()


async def test_a_conversation_stays_small_however_long_it_goes_on(agent: Agent) -> None:
    memory = WorkingMemory(agent.domain, path=":memory:")
    sizes = []
    for number in range(60):
        await make_turn(agent, memory, str(number), SAID[number % len(SAID)])
        sizes.append(len(memory.recall("c")))
    assert max(sizes) <= 60
    memory.close()


async def test_the_last_turns_stay_whole_when_older_ones_are_folded(agent: Agent) -> None:
    memory = WorkingMemory(agent.domain, path=":memory:", limit=10, keep=3)
    for number in range(8):
        await make_turn(agent, memory, str(number), SAID[number])
    events = memory.recall("c")
    assert [event["message_id"] for event in events if event["event"] == "user"] == ["5", "6", "7"]
    assert find_replies(events, "5")
    assert find_replies(events, "4") is None
    memory.close()


async def test_it_outlives_the_process(agent: Agent, tmp_path: Path) -> None:
    path = str(tmp_path / "deep/down/memory.sqlite3")
    memory = WorkingMemory(agent.domain, path=path)
    await make_turn(agent, memory, "1", {"event": {"intent": "EXTERNAL_exit_interview"}})
    before = describe(await memory.retrieve("c"))
    memory.close()
    memory = WorkingMemory(agent.domain, path=path)
    assert describe(await memory.retrieve("c")) == before
    assert before["form"] == "exit_interview"
    assert list(await memory.keys()) == ["c"]
    memory.close()


async def test_nobody_else_on_the_machine_can_read_it(agent: Agent, tmp_path: Path) -> None:
    memory = WorkingMemory(agent.domain, path=str(tmp_path / "memory.sqlite3"))
    await make_turn(agent, memory, "1", {"text": "hello"})
    assert modes_in(tmp_path) == {"memory.sqlite3": 0o600, "memory.sqlite3-wal": 0o600, "memory.sqlite3-shm": 0o600}
    memory.close()


async def test_an_unknown_conversation_is_none_and_an_empty_one_leaves_no_row(agent: Agent) -> None:
    memory = WorkingMemory(agent.domain, path=":memory:")
    assert await memory.retrieve("nobody") is None
    assert not memory.forget("nobody")
    await memory.save(DialogueStateTracker("nobody", agent.domain.slots))
    assert list(await memory.keys()) == []
    memory.close()


async def test_forgetting_one_conversation_leaves_the_others(agent: Agent) -> None:
    memory = WorkingMemory(agent.domain, path=":memory:")
    for name in ("anna", "ben"):
        await memory.save(DialogueStateTracker.from_events(name, [UserUttered("hello")], agent.domain.slots))
    assert memory.forget("anna")
    assert list(await memory.keys()) == ["ben"]
    memory.close()


@pytest.mark.parametrize("damage", ["closed", "damaged", "unknown event", "no table"])
async def test_a_failure_is_never_taken_for_an_empty_conversation(agent: Agent, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "memory.sqlite3"
    memory = WorkingMemory(agent.domain, path=str(path))
    await make_turn(agent, memory, "1", {"text": "hello"})
    with sqlite3.connect(path) as db:
        if damage == "damaged":
            db.execute("UPDATE memory SET events = '[{'")
        elif damage == "unknown event":
            db.execute("UPDATE memory SET events = ?", (json.dumps([{"event": "unheard of"}]),))
        elif damage == "no table":
            db.execute("DROP TABLE memory")
    if damage == "closed":
        memory.close()
    guarded = FailSafeTrackerStore(memory)  # Rasa puts this around every store, and it swallows every Exception.
    with pytest.raises(MemoryFailed):
        await guarded.retrieve("c")
    if damage in {"closed", "no table"}:
        tracker = DialogueStateTracker.from_events("c", [UserUttered("hello")], agent.domain.slots)
        with pytest.raises(MemoryFailed):
            await guarded.save(tracker)


def test_rasa_makes_it_from_endpoints_yml(tmp_path: Path) -> None:
    kind = "rasa_runtime.working_memory.WorkingMemory"
    store = TrackerStore.create(EndpointConfig(type=kind, path=str(tmp_path / "memory.sqlite3"), limit=40))
    assert isinstance(store, WorkingMemory)
    assert store.limit == 40
    store.close()


async def make_turn(agent: Agent, store: TrackerStore, message_id: str, what: dict[str, Any]) -> Any:
    """Make a turn with this store and return the replies."""
    assert agent.processor is not None
    agent.processor.tracker_store = store
    turn = Turn.read({"conversation": "c", "message_id": message_id, **what}, agent.domain.intents)
    await agent.processor.handle_message(await turn.as_message(agent.parse_message, Unheard()))
    tracker = await store.retrieve("c")
    assert tracker is not None
    return find_replies([event.as_dict() for event in tracker.events], message_id)


def modes_in(directory: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in directory.iterdir()}


def describe(tracker: DialogueStateTracker | None) -> dict[str, Any]:
    """Return all on which the next turn depends.

    That is not the last message, to which a tracker goes back after a message that was not understood.
    """
    assert tracker is not None
    return {
        "slots": {name: (slot.value, slot.has_been_set) for name, slot in tracker.slots.items()},
        "form": tracker.active_loop_name,
        "rejected": tracker.is_active_loop_rejected,
        "paused": tracker.is_paused(),
        "latest action": tracker.latest_action_name,
    }
