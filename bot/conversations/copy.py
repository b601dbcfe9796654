"""The sentences that the gateway says itself. Their wording is in `data/responses/gateway.yml`, never in code.

It fills in what settings say about the company and nothing else, so that no customer's words can become copy.
"""

from __future__ import annotations

import string
from enum import StrEnum
from pathlib import Path

import yaml

from bot.errors import FarewellError
from bot.settings import Settings

GATEWAY_RESPONSES = Path(__file__).resolve().parents[2] / "data/responses/gateway.yml"


class Sentence(StrEnum):
    """The responses that the gateway knows how to say."""

    DELAYED = "utter_gateway_delayed"
    FAILED = "utter_gateway_failed"
    SKIP_AND_CANCEL = "utter_gateway_skip_and_cancel"
    STAFF_HERE = "utter_gateway_staff_here"

    CANNOT_SEE = "utter_gateway_cannot_see"
    CANNOT_HEAR = "utter_gateway_cannot_hear"
    STICKER = "utter_gateway_sticker"
    EDITED = "utter_gateway_edited"
    CAPTION = "utter_gateway_caption"
    LINK_EXPIRED = "utter_gateway_link_expired"
    ONLY_PRIVATE = "utter_gateway_only_private"
    HELP = "utter_gateway_help"
    PRIVACY = "utter_gateway_privacy"

    COMMAND_STOP = "utter_gateway_command_stop"
    COMMAND_HUMAN = "utter_gateway_command_human"
    COMMAND_EXPORT = "utter_gateway_command_export"
    COMMAND_FORGET = "utter_gateway_command_forget"
    COMMAND_PRIVACY = "utter_gateway_command_privacy"
    COMMAND_HELP = "utter_gateway_command_help"

    SENT_PHOTO = "utter_gateway_sent_photo"
    SENT_VOICE = "utter_gateway_sent_voice"
    SENT_VIDEO = "utter_gateway_sent_video"
    SENT_STICKER = "utter_gateway_sent_sticker"
    SENT_FILE = "utter_gateway_sent_file"
    SENT_LOCATION = "utter_gateway_sent_location"
    SENT_CONTACT = "utter_gateway_sent_contact"
    SENT_EDIT = "utter_gateway_sent_edit"
    SENT_OTHER = "utter_gateway_sent_other"

    EMPTY = "utter_gateway_error_empty"
    TOO_LONG = "utter_gateway_error_too_long"
    STALE_BUTTON = "utter_gateway_error_stale_button"
    UNKNOWN_CONVERSATION = "utter_gateway_error_unknown_conversation"
    TOO_FAST = "utter_gateway_error_too_fast"
    MALFORMED = "utter_gateway_error_malformed"
    FOREIGN_ORIGIN = "utter_gateway_error_foreign_origin"
    NOT_FOUND = "utter_gateway_error_not_found"
    TROUBLE = "utter_gateway_error_trouble"

    @classmethod
    def for_error(cls, code: str) -> Sentence:
        """Return the sentence that explains a refusal's code."""
        return cls(f"utter_gateway_error_{code}")


def describe_company(settings: Settings) -> dict[str, str]:
    """Return what responses can say about the company, by the names of their placeholders. Addresses are absolute."""
    privacy = settings.privacy_url
    return {
        "company_name": settings.company_name,
        "privacy_url": settings.address + privacy if privacy.startswith("/") else privacy,
        "support_contact": settings.support_contact,
        "cancel_url": settings.cancel_url,
        "office_hours": settings.office_hours,
    }


class CopyBroken(FarewellError):
    """A response of the gateway is missing, or names something that cannot be filled in."""


class GatewayCopy:
    """The gateway's sentences with the company's details filled in.

    Raises:
        CopyBroken: when a sentence is missing, unknown, or has a placeholder that is not one of ours.
    """

    def __init__(self, settings: Settings, path: Path = GATEWAY_RESPONSES) -> None:
        # Where to cancel may be empty, so that no sentence could stand on it.
        details = {name: value for name, value in describe_company(settings).items() if name != "cancel_url"}
        self._variants = {sentence: _fill(wordings, details) for sentence, wordings in _read(path).items()}

    def say(self, sentence: Sentence, *, said_before: int = 0) -> str:
        """Return a sentence; said again in the same conversation, it has another wording if there is one."""
        variants = self._variants[sentence]
        return variants[said_before % len(variants)]


def _read(path: Path) -> dict[Sentence, list[str]]:
    try:
        responses = yaml.safe_load(path.read_text(encoding="utf-8"))["responses"]
        wordings = {Sentence(name): [variant["text"] for variant in variants] for name, variants in responses.items()}
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise CopyBroken(f"{path} cannot be used: {error}") from error
    missing = [sentence.value for sentence in Sentence if not wordings.get(sentence)]
    if missing:
        raise CopyBroken(f"{path} lacks {', '.join(missing)}")
    return wordings


def _fill(wordings: list[str], details: dict[str, str]) -> list[str]:
    try:
        for wording in wordings:
            for _, name, form, conversion in string.Formatter().parse(wording):
                if name is not None and (name not in details or form or conversion):
                    allowed = ", ".join(sorted(details))
                    raise CopyBroken(f"{{{name}}} cannot be filled in, only {allowed} can: {wording!r}")
        return [wording.format(**details) for wording in wordings]
    except ValueError as error:
        raise CopyBroken(f"{error}: {wordings!r}") from error
