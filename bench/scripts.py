"""The scripted interviews: what a customer types or presses next, given what the bot has on offer.

It must not know how either contestant is reached, nor what an answer means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

SCRIPTS = Path(__file__).with_name("interviews.yml")


@dataclass(frozen=True)
class Button:
    """A quick reply; `handle` is what its channel wants to get when it is pressed."""

    title: str
    handle: str


@dataclass(frozen=True)
class Reply:
    """What the bot said in one turn, and the buttons it offers with it."""

    texts: tuple[str, ...]
    buttons: tuple[Button, ...]


@dataclass(frozen=True)
class Step:
    """One thing a customer does. Exactly one of the two is set; `press` is a button's title."""

    text: str | None = None
    press: str | None = None

    def choose(self, buttons: Sequence[Button]) -> Button | str:
        """Return the button to press or the text to type. A button that is not on offer gives way to the first that
        is, and with none on offer its title is typed: the dialogue may have more questions than the script."""
        if self.press is None:
            return self.text or ""
        return next((button for button in buttons if button.title == self.press), buttons[0] if buttons else self.press)


@dataclass(frozen=True)
class Script:
    """One interview; the bot opens it, and its steps are the turns after that."""

    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Scripts:
    """All interviews, and the long conversation whose turns are compared with one another."""

    interviews: tuple[Script, ...]
    long: Script


def read_scripts(path: Path = SCRIPTS) -> Scripts:
    """Read the data file; raises `ValueError` for a step that is neither a text nor a button."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    long = content["long"]
    return Scripts(
        tuple(_read_script(one["name"], one["steps"]) for one in content["interviews"]),
        _read_script("long", long["begin"] + long["repeat"] * long["times"]),
    )


def _read_script(name: str, steps: list[dict[str, Any]]) -> Script:
    return Script(name, tuple(_read_step(step) for step in steps))


def _read_step(step: dict[str, Any]) -> Step:
    match step:
        case {"type": str(text)} if len(step) == 1:
            return Step(text=text)
        case {"press": str(title)} if len(step) == 1:
            return Step(press=title)
        case _:
            raise ValueError(f"{step!r} is no step: write `type: a text` or `press: a button's title`")
