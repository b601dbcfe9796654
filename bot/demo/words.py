"""What the bot said in the past of invented customers: its real responses, with the company's details filled in.

It must not hold any words of its own.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.conversations.copy import GATEWAY_RESPONSES, CopyBroken, describe_company
from bot.settings import Settings


class BotWords:
    """Says the bot's responses.

    Raises:
        CopyBroken: when they cannot be read.
    """

    def __init__(self, settings: Settings, folder: Path = GATEWAY_RESPONSES.parent) -> None:
        self._company = describe_company(settings)
        self._texts: dict[str, str] = {}
        try:
            for path in sorted(folder.glob("*.yml")):
                responses = yaml.safe_load(path.read_text(encoding="utf-8"))["responses"]
                self._texts |= {name: str(variants[0].get("text", "")) for name, variants in responses.items()}
        except (OSError, yaml.YAMLError, KeyError, IndexError, TypeError) as error:
            raise CopyBroken(f"{folder} cannot be used: {error}") from error

    def say(self, response: str, **values: str) -> str:
        """Return what the bot says with this response.

        Raises:
            CopyBroken: when there is no such response, or something in it cannot be filled in.
        """
        try:
            return self._texts[response].format(**self._company, **values)
        except (KeyError, IndexError, ValueError) as error:
            raise CopyBroken(f"{response} cannot be said: {error}") from error
