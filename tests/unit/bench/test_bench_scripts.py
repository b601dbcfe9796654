"""The scripted customers press what is on offer, and the long conversation compares like with like."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bench.scripts import Button, Step, read_scripts

ROOT = Path(__file__).resolve().parents[3]
SKIP, NO = Button("Skip this question", "/skip"), Button("No, thank you", "/no")


def test_a_customer_presses_the_button_the_script_names() -> None:
    assert Step(press="No, thank you").choose([SKIP, NO]) is NO


def test_a_customer_who_finds_another_question_presses_the_first_button() -> None:
    assert Step(press="It's too expensive").choose([SKIP, NO]) is SKIP


def test_a_customer_who_finds_no_button_types_instead() -> None:
    assert Step(press="No, thank you").choose([]) == "No, thank you"


def test_a_customer_who_types_leaves_the_buttons_alone() -> None:
    assert Step(text="hello").choose([SKIP]) == "hello"


def test_every_button_of_the_scripts_is_on_offer_somewhere_in_the_dialogue() -> None:
    offered = set()
    for path in (ROOT / "data/responses").glob("*.yml"):
        for variants in yaml.safe_load(path.read_text(encoding="utf-8"))["responses"].values():
            offered |= {button["title"] for variant in variants for button in variant.get("buttons", [])}
    pressed = {step.press for script in read_scripts().interviews for step in script.steps if step.press}
    assert pressed <= offered


def test_early_and_late_turns_of_the_long_conversation_are_the_same_steps() -> None:
    steps = read_scripts().long.steps
    assert len(steps) >= 50
    assert steps[4:14] == steps[39:49]


def test_a_step_that_is_neither_typed_nor_pressed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "interviews.yml"
    path.write_text("interviews: [{name: x, steps: [{say: hello}]}]\nlong: {begin: [], repeat: [], times: 0}\n")
    with pytest.raises(ValueError, match="is no step"):
        read_scripts(path)
