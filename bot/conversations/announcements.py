"""The words in which somebody hears that what they left over was put right, for the bot to say and for staff to read
before. Their wording is in `data/responses/announcement.yml`, never in code.

It must not decide who hears them.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import yaml

from bot.conversations.copy import CopyBroken, describe_company
from bot.conversations.reason_names import ReasonNames
from bot.conversations.stories import Story
from bot.retention.dates import write_when
from bot.retention.endings import FAILURES_OF_OURS
from bot.retention.reasons import Reason
from bot.retention.winback.quotes import quote
from bot.settings import Settings

ANNOUNCEMENT_RESPONSES = Path(__file__).resolve().parents[2] / "data/responses/announcement.yml"


def tell_back(story: Story, names: ReasonNames, now: datetime) -> dict[str, str]:
    """Return the values that say back when and what they told us: in their own words where those can be said."""
    when = write_when(story.left_at, story.zone, now)
    if (words := quote(story.words)) is not None:
        return {"when": when, "told": f": “{words}”"}
    return {"when": when, "told": f" {names.write_told(story.reason or Reason.OTHER_UNCLEAR)}"}


def choose_announcement(story: Story) -> tuple[str, dict[str, str]]:
    """Return the response that tells what was put right, and the values that it has beside those of `tell_back`."""
    where = "_at_a_place" if story.place else ""
    news = {"improvement": (story.improvement or "").strip().rstrip("."), "place": story.place or ""}
    return f"utter_announcement_{_choose_kind(story.reason)}{where}", news


class AnnouncementCopy:
    """Writes announcements out as people will read them.

    Raises:
        CopyBroken: when the responses cannot be read.
    """

    def __init__(self, settings: Settings, names: ReasonNames, path: Path = ANNOUNCEMENT_RESPONSES) -> None:
        self._names = names
        self._company = describe_company(settings)
        try:
            responses = yaml.safe_load(path.read_text(encoding="utf-8"))["responses"]
            self._texts = {name: str(variants[0]["text"]) for name, variants in responses.items()}
        except (OSError, yaml.YAMLError, KeyError, IndexError, TypeError) as error:
            raise CopyBroken(f"{path} cannot be used: {error}") from error

    def write(self, story: Story, at: datetime) -> str:
        """Return what somebody reads who is told at this moment."""
        response, news = choose_announcement(story)
        try:
            return self._texts[response].format(**self._company, **tell_back(story, self._names, at), **news)
        except (KeyError, IndexError, ValueError) as error:
            raise CopyBroken(f"{response} cannot be said: {error}") from error


def _choose_kind(reason: Reason | None) -> str:
    """Return which words fit: a failure is put right, what was missing is there, and the rest is news."""
    if reason in FAILURES_OF_OURS:
        return "put_right"
    return {Reason.MISSING_FEATURES: "is_there", Reason.RELOCATION: "is_near"}.get(reason or Reason.PRICE, "news")
