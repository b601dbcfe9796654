from __future__ import annotations

import sqlite3

import pytest

from tests.runtime.action_server import ActionServer
from tests.runtime.gateway import Gateway, utters

KEPT = "utter_ask_exit_interview_kept"


def test_a_turn_is_made_later_when_the_action_server_is_away(rasa: Gateway, action_server: ActionServer) -> None:
    rasa.begin("away")
    before = rasa.recall("away")
    action_server.stop()
    answer = rasa.turn("away", "m", text="it is too dear for me")
    assert (answer.status_code, answer.json()) == (503, {"error": "actions unavailable"})
    assert rasa.recall("away") == before
    action_server.start()
    answer = rasa.turn("away", "m", text="it is too dear for me")
    assert (utters(answer), answer.json()["repeated"]) == ([KEPT], False)
    assert rasa.slot("away", "reason") == "it is too dear for me"


def test_a_first_turn_without_an_action_server_leaves_no_trace(rasa: Gateway, action_server: ActionServer) -> None:
    action_server.stop()
    assert rasa.begin("never-begun").status_code == 503
    assert rasa.recall("never-begun") == []
    action_server.start()
    assert utters(rasa.begin("never-begun")) == ["utter_ask_exit_interview_reason"]


@pytest.mark.parametrize(
    ("ailment", "status", "error"),
    [
        ((503, "starting"), 503, "actions unavailable"),
        ((502, "<html>bad gateway</html>"), 503, "actions unavailable"),
        ((500, '{"error": "an action is broken"}'), 500, "turn failed"),
        ((404, '{"error": "no such action"}'), 500, "turn failed"),
        ((403, '{"error": "wrong secret"}'), 500, "turn failed"),
        ((400, "this is no rejection"), 500, "turn failed"),
        ((200, '{"events": "no list", "responses": []}'), 500, "turn failed"),
        ((200, "no JSON"), 500, "turn failed"),
        ((200, "null"), 500, "turn failed"),
        ((200, '{"events": [{"event": "unheard of"}], "responses": []}'), 500, "turn failed"),
    ],
)
def test_an_answer_that_is_none_saves_nothing(
    rasa: Gateway, action_server: ActionServer, ailment: tuple[int, str], status: int, error: str
) -> None:
    conversation = f"ailing-{abs(hash(ailment))}"
    rasa.begin(conversation)
    before = rasa.recall(conversation)
    action_server.ailment = ailment
    answer = rasa.turn(conversation, "m", text="it is too dear for me")
    assert (answer.status_code, answer.json()) == (status, {"error": error})
    assert rasa.recall(conversation) == before
    action_server.ailment = None
    assert rasa.say(conversation, "it is too dear for me", "m") == [KEPT]


def test_a_memory_that_cannot_be_written_is_told_and_loses_nothing(rasa: Gateway) -> None:
    rasa.begin("memory")
    before = rasa.recall("memory")
    with sqlite3.connect(rasa.memory) as db:
        db.execute("CREATE TRIGGER full BEFORE UPDATE ON memory BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    answer = rasa.turn("memory", "m", text="it is too dear for me")
    assert (answer.status_code, answer.json()) == (503, {"error": "memory unavailable"})
    with sqlite3.connect(rasa.memory) as db:
        db.execute("DROP TRIGGER full")
    assert rasa.recall("memory") == before
    assert rasa.say("memory", "it is too dear for me", "m") == [KEPT]
    assert "MemoryFailed" not in rasa.log.read_text().splitlines()


def test_a_memory_that_cannot_be_read_is_not_taken_for_a_new_conversation(rasa: Gateway) -> None:
    rasa.begin("unreadable")
    with sqlite3.connect(rasa.memory) as db:
        kept = db.execute("SELECT events FROM memory WHERE conversation = 'unreadable'").fetchone()[0]
        db.execute("UPDATE memory SET events = 'damaged' WHERE conversation = 'unreadable'")
    answer = rasa.turn("unreadable", text="it is too dear for me")
    assert (answer.status_code, answer.json()) == (503, {"error": "memory unavailable"})
    with sqlite3.connect(rasa.memory) as db:
        db.execute("UPDATE memory SET events = ? WHERE conversation = 'unreadable'", (kept,))
    assert rasa.say("unreadable", "it is too dear for me") == [KEPT]
