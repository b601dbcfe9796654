"""The sentences that the gateway says itself. Their wording is in `data/responses/gateway.yml`, never in code.

It fills in what settings say about the company, and in an e-mail the day of their consent, so that no customer's words
can become copy.
"""

from __future__ import annotations

import string
from enum import StrEnum
from pathlib import Path

import yaml

from bot.errors import FarewellError
from bot.retention.winback.touches import TouchKind
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
    SENT_UNSUBSCRIBE = "utter_gateway_sent_unsubscribe"

    MAIL_SUBJECT_CHECK_IN = "utter_gateway_mail_subject_check_in"
    MAIL_SUBJECT_WELCOME_BACK = "utter_gateway_mail_subject_welcome_back"
    MAIL_SUBJECT_REMINDER = "utter_gateway_mail_subject_reminder"
    MAIL_SUBJECT_ANNOUNCEMENT = "utter_gateway_mail_subject_announcement"
    MAIL_SUBJECT_THANKS = "utter_gateway_mail_subject_thanks"
    MAIL_ANSWER = "utter_gateway_mail_answer"
    MAIL_BECAUSE = "utter_gateway_mail_because"
    MAIL_UNSUBSCRIBE = "utter_gateway_mail_unsubscribe"
    MAIL_PRIVACY = "utter_gateway_mail_privacy"
    MAIL_SUPPORT = "utter_gateway_mail_support"

    TALK_READY = "utter_gateway_talk_ready"
    TALK_OPEN = "utter_gateway_talk_open"
    TALK_GONE = "utter_gateway_talk_gone"
    LINK_BROKEN = "utter_gateway_link_broken"
    LINK_TOO_OLD = "utter_gateway_link_too_old"
    LINK_WHAT_NOW = "utter_gateway_link_what_now"
    UNSUBSCRIBE_ASK = "utter_gateway_unsubscribe_ask"
    UNSUBSCRIBE_PRESS = "utter_gateway_unsubscribe_press"
    UNSUBSCRIBE_DONE = "utter_gateway_unsubscribe_done"

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

    @classmethod
    def for_subject(cls, kind: TouchKind) -> Sentence:
        """Return the subject of an e-mail that carries a touch of this kind."""
        return cls[f"MAIL_SUBJECT_{kind.name}"]


_OWN = {Sentence.MAIL_BECAUSE: {"day"}}
"""What sentences say beside the company's details; it is filled in when they are said, and comes from no customer."""


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
        self._details = {name: value for name, value in describe_company(settings).items() if name != "cancel_url"}
        self._variants = _read(path)
        for sentence, wordings in self._variants.items():
            _check(wordings, {*self._details, *_OWN.get(sentence, ())})

    def say(self, sentence: Sentence, *, said_before: int = 0, **own: str) -> str:
        """Return a sentence; said again in the same conversation, it has another wording if there is one. `own` are
        the values that this sentence alone has."""
        variants = self._variants[sentence]
        return variants[said_before % len(variants)].format(**self._details, **own)


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


def _check(wordings: list[str], known: set[str]) -> None:
    try:
        for wording in wordings:
            for _, name, form, conversion in string.Formatter().parse(wording):
                if name is not None and (name not in known or form or conversion):
                    allowed = ", ".join(sorted(known))
                    raise CopyBroken(f"{{{name}}} cannot be filled in, only {allowed} can: {wording!r}")
    except ValueError as error:
        raise CopyBroken(f"{error}: {wordings!r}") from error
