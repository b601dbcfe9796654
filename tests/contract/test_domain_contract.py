"""The dialogue's contract: domain, rules, form, responses and actions name the same things."""

from __future__ import annotations

import inspect
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk.executor import ActionExecutor

from bot.conversations.copy import Sentence
from bot.retention.interview import Question
from bot.retention.utterances import Intent

ROOT = Path(__file__).resolve().parents[2]
BUTTON_ONLY = {"answer", "skip_and_cancel"}
FORM = "exit_interview"
UTTER = re.compile(r"utter_\w+")
# How Python puts names together; each of them stands for what the contract checks below.
COMPOSED = {"utter_ask_exit_interview", "utter_exit_interview_finish_by_", "utter_exit_interview_apology_"}
COMPOSED |= {"utter_exit_interview_ending_", "utter_data_export_", "utter_gateway_error_", "utter_offer_"}
COMPOSED |= {"utter_ask_exit_interview_offer_", "utter_offer_accepted_"}
COMPOSED |= {"utter_after_interview_", "utter_answer_", "utter_ask_change_answer", "utter_cancellation_by_"}
COMPOSED |= {"utter_echo_", "utter_exit_interview_finish_gently_by_", "utter_exit_interview_sensitive_"}
COMPOSED |= {"utter_reason_", "utter_data_erased", "utter_told_", "utter_touch_", "utter_touch_annoyed"}
COMPOSED |= {"utter_announcement_", "utter_welcome_back_", "utter_welcome_back_accepted_", "utter_welcome_back_offer_"}
COMPOSED |= {"utter_welcome_back_ask"}
RASA_SDK = {"utter_message", "utter_action"}


def load(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def domain() -> dict[str, Any]:
    return load(ROOT / "domain.yml")


@pytest.fixture(scope="module")
def responses() -> Counter[str]:
    return Counter(name for path in (ROOT / "data/responses").glob("*.yml") for name in load(path)["responses"])


@pytest.fixture(scope="module")
def examples() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "data/nlu").glob("*.yml")):
        for block in load(path)["nlu"]:
            lines = [line.removeprefix("- ").strip() for line in block["examples"].splitlines()]
            found.setdefault(block["intent"], []).extend(lines)
    return found


def list_steps() -> Iterator[dict[str, Any]]:
    for path in (ROOT / "data/rules").glob("*.yml"):
        for rule in load(path)["rules"]:
            yield from rule["steps"]


def list_rules() -> list[dict[str, Any]]:
    return [rule for path in (ROOT / "data/rules").glob("*.yml") for rule in load(path)["rules"]]


def list_intents(steps: list[dict[str, Any]]) -> set[str]:
    first = steps[0]
    return {choice["intent"] for choice in first.get("or", [first]) if "intent" in choice}


def read_sources() -> str:
    paths = [*(ROOT / "actions").glob("*.py"), *(ROOT / "bot/conversations").glob("*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def list_named_in_python() -> set[str]:
    return {name for name in UTTER.findall(read_sources()) if name not in COMPOSED | RASA_SDK}


def test_every_action_of_the_domain_has_a_class_and_every_class_is_in_the_domain(domain: dict[str, Any]) -> None:
    executor = ActionExecutor()
    executor.register_package("actions")
    ours = {name for name, run in executor.actions.items() if inspect.getmodule(run).__name__.startswith("actions.")}
    assert ours == set(domain["actions"])


def test_lists_in_the_domain_are_in_order(domain: dict[str, Any]) -> None:
    for section in ("intents", "entities", "actions"):
        assert domain[section] == sorted(domain[section])
    assert list(domain["slots"]) == sorted(domain["slots"])


def test_every_slot_says_who_sets_it() -> None:
    lines = (ROOT / "domain.yml").read_text(encoding="utf-8").splitlines()
    slots = lines[lines.index("slots:") + 1 : lines.index("forms:")]
    named = [at for at, line in enumerate(slots) if re.fullmatch(r"  \w+:", line)]
    assert named
    assert all(slots[at - 1].startswith("  #") for at in named)
    assert "Set by" in "".join(slots)


def test_a_slot_influences_the_dialogue_only_where_a_rule_looks_at_it(domain: dict[str, Any]) -> None:
    looked_at = set(
        re.findall(r"- (\w+): (?:open|over|check_in|welcome_back|announcement|null|erasure|contact)\b", read_rules())
    )
    influencing = {name for name, slot in domain["slots"].items() if slot["influence_conversation"]}
    assert influencing == looked_at - {"requested_slot", "active_loop"}
    assert all(slot["mappings"] == [{"type": "custom"}] for slot in domain["slots"].values())


def read_rules() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "data/rules").glob("*.yml"))


def test_the_form_asks_the_questions_of_the_interview_in_their_order(domain: dict[str, Any]) -> None:
    assert domain["forms"][FORM]["required_slots"] == [question.value for question in Question]
    for question in Question:
        assert f"action_ask_{FORM}_{question.value}" in domain["actions"]
        assert question.value in domain["slots"]


def test_no_external_event_is_ever_taken_for_an_answer(domain: dict[str, Any]) -> None:
    external = {intent for intent in domain["intents"] if intent.startswith("EXTERNAL_")}
    assert external
    assert set(domain["forms"][FORM]["ignored_intents"]) == external


def test_a_session_never_ends_by_itself(domain: dict[str, Any]) -> None:
    assert domain["session_config"]["session_expiration_time"] == 0


def test_the_rules_of_reading_know_every_intent(domain: dict[str, Any]) -> None:
    spoken = {intent for intent in domain["intents"] if not intent.startswith("EXTERNAL_")}
    assert spoken | {"nlu_fallback"} == {intent.value for intent in Intent}


def test_every_intent_has_examples_or_comes_from_a_button(
    domain: dict[str, Any], examples: dict[str, list[str]]
) -> None:
    typed = {intent for intent in domain["intents"] if not intent.startswith("EXTERNAL_")} - BUTTON_ONLY
    assert set(examples) == typed
    assert all(len(set(lines)) >= 40 for lines in examples.values())
    assert len(set(examples["inform"])) >= 150
    assert len(set(examples["out_of_scope"])) >= 100


def test_no_example_stands_twice(examples: dict[str, list[str]]) -> None:
    counted = Counter(line.casefold().strip(" .!?") for line in {line for lines in examples.values() for line in lines})
    means: dict[str, set[str]] = {}
    for intent, lines in examples.items():
        for line in lines:
            means.setdefault(line.casefold().strip(" .!?"), set()).add(intent)
    assert counted
    assert {line: intents for line, intents in means.items() if len(intents) > 1} == {}
    assert {intent: line for intent, lines in examples.items() for line, n in Counter(lines).items() if n > 1} == {}


@pytest.mark.parametrize("stage", ["open", "over", "check_in", "welcome_back", "announcement"])
def test_whatever_a_customer_says_is_answered_in_every_dialogue_and_after_it(
    domain: dict[str, Any], stage: str
) -> None:
    answered: set[str] = set()
    for rule in list_rules():
        conditions = {k: v for c in rule.get("condition", []) for s in c.get("slot_was_set", []) for k, v in s.items()}
        if conditions.get("interview", stage) == stage and not conditions.get("confirming"):
            answered |= list_intents(rule["steps"])
    spoken = {intent for intent in domain["intents"] if not intent.startswith("EXTERNAL_")} | {"nlu_fallback"}
    assert spoken - answered == set()


def test_no_rule_but_the_last_names_the_form_in_a_condition() -> None:
    """A rule that did would leave the form stepped back, and the next answer would be lost."""
    named = [rule["rule"] for rule in list_rules() if {"active_loop": FORM} in rule.get("condition", [])]
    assert named == ["An interview whose questions are settled is brought to its end"]


def test_opting_out_has_no_condition() -> None:
    (rule,) = (rule for rule in list_rules() if list_intents(rule["steps"]) == {"stop_contact"})
    assert "condition" not in rule


def test_rule_names_are_sentences_and_stand_once() -> None:
    names = [rule["rule"] for rule in list_rules()]
    assert all(name[0].isupper() and len(name.split()) >= 3 for name in names)
    assert len(set(names)) == len(names)


def test_every_response_stands_once(responses: Counter[str]) -> None:
    assert [name for name, count in responses.items() if count > 1] == []


def test_every_response_that_is_named_exists(responses: Counter[str]) -> None:
    in_rules = {step["action"] for step in list_steps() if str(step.get("action", "")).startswith("utter_")}
    assert (in_rules | list_named_in_python()) - set(responses) == set()


def test_every_response_is_used(responses: Counter[str]) -> None:
    in_rules = {step["action"] for step in list_steps() if str(step.get("action", "")).startswith("utter_")}
    named = in_rules | list_named_in_python() | {sentence.value for sentence in Sentence} | {"utter_default"}
    # What may be said several times has further wordings, and some of it is said otherwise in a chat.
    plain = {name: re.sub("_(again|once_more)$", "", name) for name in responses}
    unnamed = {name for name in responses if not {name, plain[name], plain[name].removesuffix("_here")} & named}
    assert {name for name in unnamed if not name.startswith(tuple(COMPOSED))} == set()


def test_no_sentence_a_customer_reads_is_in_python() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "actions").glob("*.py"))
    assert "utter_message(text" not in source
    assert not re.search(r"utter_message\((?!response=)", source)


def test_every_button_means_something_the_dialogue_knows(domain: dict[str, Any]) -> None:
    payloads = re.findall(r"payload: '?(/\S+?)'?$", read_responses(), re.MULTILINE)
    assert payloads
    for payload in payloads:
        intent, brace, entities = payload[1:].partition("{{")
        assert intent in domain["intents"]
        if brace:
            assert set(json.loads("{" + entities[:-1])) <= set(domain["entities"])


def read_responses() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "data/responses").glob("*.yml"))
