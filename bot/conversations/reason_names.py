"""How reasons are called when we speak to customers. The words are in `data/responses/reasons.yml`, never in code."""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.conversations.copy import CopyBroken
from bot.retention.reasons import Reason

REASON_RESPONSES = Path(__file__).resolve().parents[2] / "data/responses/reasons.yml"


class ReasonNames:
    """The names of the reasons within a sentence of ours, on a button that a customer presses, and told long after.

    Raises:
        CopyBroken: when a reason has no name.
    """

    def __init__(self, path: Path = REASON_RESPONSES) -> None:
        try:
            responses = yaml.safe_load(path.read_text(encoding="utf-8"))["responses"]
            wordings = {reason: responses[f"utter_reason_{reason.value}"][0] for reason in Reason}
            self._names = {reason: str(wording["text"]) for reason, wording in wordings.items()}
            told = {reason: responses[f"utter_told_{reason.value}"][0] for reason in Reason}
            self._told = {reason: str(wording["text"]) for reason, wording in told.items()}
            self._titles = {reason: str(wording["buttons"][0]["title"]) for reason, wording in wordings.items()}
        except (OSError, yaml.YAMLError, KeyError, IndexError, TypeError) as error:
            raise CopyBroken(f"{path} cannot be used: {error}") from error

    def write(self, reason: Reason) -> str:
        """Return what stands in a sentence of ours: "how you were treated"."""
        return self._names[reason]

    def write_title(self, reason: Reason) -> str:
        """Return what stands on a button: "How I was treated"."""
        return self._titles[reason]

    def write_told(self, reason: Reason) -> str:
        """Return what stands after "you told us", long after: "that the price was too high"."""
        return self._told[reason]
