from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.runtime.action_server import ActionServer
from tests.runtime.gateway import Gateway, utters

WHY, KEPT, THANKS = "utter_ask_exit_interview_reason", "utter_ask_exit_interview_kept", "utter_thanks"


def test_a_departing_customer_is_asked_why_with_whole_buttons(rasa: Gateway) -> None:
    answer = rasa.begin("whole-buttons").json()
    assert answer == {
        "messages": [
            {
                "utter": WHY,
                "text": "Why are you leaving?",
                "buttons": [
                    {"title": "Too dear", "payload": '/answer{"reason":"price"}'},
                    {"title": "I moved", "payload": '/answer{"reason":"relocation"}'},
                    {"title": "Something else", "payload": "/ask_why"},
                ],
                "metadata": {"shuffle": True, "pinned": 1},
            }
        ],
        "repeated": False,
    }


def test_a_customer_goes_through_the_whole_interview(rasa: Gateway) -> None:
    rasa.begin("whole-interview")
    assert rasa.press("whole-interview", "Too dear", "answer", reason="price") == [KEPT]
    assert rasa.slot("whole-interview", "reason") == "price"
    answer = rasa.turn("whole-interview", text="A cheaper plan would have")
    assert utters(answer) == [THANKS]
    assert answer.json()["messages"][0]["text"] == "Thank you: price."


def test_a_pressed_button_reaches_the_actions_as_what_it_is(rasa: Gateway, action_server: ActionServer) -> None:
    rasa.begin("pressed")
    rasa.turn("pressed", "m-1", button={"title": "I moved", "intent": "answer", "entities": {"reason": "relocation"}})
    message = action_server.calls[-1]["tracker"]["latest_message"]
    assert message["text"] == "I moved"
    assert message["intent"]["name"] == "answer"
    assert message["metadata"] == {
        "message_id": "m-1",
        "button": {"intent": "answer", "entities": {"reason": "relocation"}},
    }
    assert message["message_id"] == "m-1"


def test_a_customer_who_asks_why_is_told_and_asked_again(rasa: Gateway) -> None:
    rasa.begin("asks-why")
    assert rasa.say("asks-why", "why do you ask?") == ["utter_why_ask", WHY]


def test_the_actions_are_called_with_the_secret_and_without_the_domain(
    rasa: Gateway, action_server: ActionServer
) -> None:
    rasa.begin("secret")
    assert action_server.headers[-1]["X-Gateway-Secret"] == rasa.session.headers["X-Gateway-Secret"]
    assert "domain" not in action_server.calls[-1]


@pytest.mark.parametrize(
    "text", ["/restart", "  /restart", '/answer{"reason":"price"}', "/EXTERNAL_check_in", "/", "/ /"]
)
def test_a_customer_who_types_a_slash_has_said_just_that(rasa: Gateway, text: str) -> None:
    conversation = f"slash-{abs(hash(text))}"
    rasa.begin(conversation)
    rasa.turn(conversation, text=text)
    said = rasa.last_message(conversation)
    assert said["text"] == text.strip()
    assert said["parse_data"]["intent"]["name"] not in {"restart", "EXTERNAL_check_in"}
    assert said["parse_data"]["intent"].get("confidence") != 1.0
    assert said["parse_data"]["entities"] == []
    assert "button" not in said["metadata"]
    assert "is_external" not in said["metadata"]


def test_a_typed_intent_is_kept_as_the_words_of_the_answer(rasa: Gateway) -> None:
    rasa.begin("typed-intent")
    rasa.press("typed-intent", "I moved", "answer", reason="relocation")
    rasa.turn("typed-intent", text='/ask_human{"reason":"price"}')
    assert rasa.slot("typed-intent", "reason") in {"relocation", None}
    assert all(event.get("value") != "price" for event in rasa.recall("typed-intent"))


def test_an_event_of_ours_is_not_taken_for_the_answer_to_an_open_question(rasa: Gateway) -> None:
    rasa.begin("event-in-form")
    answer = rasa.turn("event-in-form", event={"intent": "EXTERNAL_check_in", "entities": {}})
    assert utters(answer) == ["utter_check_in", WHY]
    assert rasa.slot("event-in-form", "reason") is None
    assert rasa.last_message("event-in-form")["text"] is None
    assert rasa.press("event-in-form", "Too dear", "answer", reason="price") == [KEPT]


def test_a_repeated_message_is_answered_from_memory_without_running_again(
    rasa: Gateway, action_server: ActionServer
) -> None:
    first = rasa.turn("repeated", "begin", event={"intent": "EXTERNAL_exit_interview"}).json()
    rasa.turn("repeated", "answer", text="it is too dear for me")
    calls, remembered = len(action_server.calls), rasa.recall("repeated")
    again = rasa.turn("repeated", "begin", event={"intent": "EXTERNAL_exit_interview"}).json()
    assert again == {"messages": first["messages"], "repeated": True}
    assert again["messages"][0]["buttons"]
    assert len(action_server.calls) == calls
    assert rasa.recall("repeated") == remembered


def test_two_same_requests_at_the_same_time_are_one_turn(rasa: Gateway, action_server: ActionServer) -> None:
    rasa.begin("at-once")
    action_server.calls.clear()
    action_server.ailment = 0.3
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: rasa.turn("at-once", "same", text="too dear for me").json(), range(2)))
    assert sorted(answer["repeated"] for answer in answers) == [False, True]
    assert answers[0]["messages"] == answers[1]["messages"] != []
    assert action_server.called.count("validate_exit_interview") == 1


def test_a_turn_is_finished_even_if_the_gateway_hangs_up(rasa: Gateway, action_server: ActionServer) -> None:
    rasa.begin("hangs-up")
    action_server.ailment = 0.5
    body = {"conversation": "hangs-up", "message_id": "cut", "text": "too dear for me"}
    with pytest.raises(requests.Timeout):
        rasa.session.post(f"{rasa.base}/turn", json=body, timeout=0.2)
    answer = rasa.turn("hangs-up", "cut", text="too dear for me").json()
    assert answer["repeated"] is True
    assert [message["utter"] for message in answer["messages"]] == [KEPT]


def test_conversations_do_not_wait_for_each_other(rasa: Gateway, action_server: ActionServer) -> None:
    action_server.ailment = 0.4
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: rasa.begin(f"side-by-side-{n}").elapsed.total_seconds(), range(6)))
    assert max(answers) < 6 * 0.4


def test_two_messages_in_one_conversation_are_answered_one_after_the_other(
    rasa: Gateway, action_server: ActionServer
) -> None:
    rasa.begin("in-order")
    action_server.ailment = 0.2
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda text: rasa.say("in-order", text), ["too dear for me", "too dear, I said"]))
    assert sorted(answers) == [[KEPT], [THANKS]]


def test_texts_are_parsed_as_typed(rasa: Gateway) -> None:
    texts = ["hello", "/greet", '/opt_out{"reason":"price"}', "I want to talk to a human", "", "\ud83d"]
    results = rasa.post("/parse", {"texts": texts}).json()["results"]
    assert len(results) == len(texts)
    assert results[0]["intent"] == "greet"
    assert 0.35 < results[0]["confidence"] < 1
    assert all(result["confidence"] < 1 for result in results)
    assert results[3]["intent"] == "ask_human"
    assert results[4]["confidence"] < 0.5
    assert {one["intent"] for one in results[0]["ranking"]} == {
        "greet",
        "answer",
        "inform",
        "ask_why",
        "opt_out",
        "ask_human",
    }


def test_a_forgotten_conversation_starts_anew_and_is_nowhere_in_the_file(rasa: Gateway) -> None:
    rasa.begin("forgotten")
    rasa.say("forgotten", "xylophone lessons became too dear")
    assert rasa.post("/forget", {"conversation": "forgotten"}).json() == {"forgotten": True}
    assert rasa.post("/forget", {"conversation": "forgotten"}).json() == {"forgotten": False}
    for file in rasa.memory.parent.glob(f"{rasa.memory.name}*"):
        assert b"xylophone" not in file.read_bytes()
    assert utters(rasa.begin("forgotten")) == [WHY]
