"""What is said of something that was put right, and to somebody who is back."""

from __future__ import annotations

import pytest

from bot.retention.reasons import Reason
from bot.retention.winback.touches import TouchAnswer, TouchKind
from tests.touches import Leaver
from tests.unit.actions.touches.talk import (
    CRASHED,
    PRICE,
    TouchTalk,
)


@pytest.mark.parametrize(
    ("reason", "place", "response"),
    [
        (Reason.TECHNICAL_RELIABILITY, None, "utter_announcement_put_right"),
        (Reason.PRODUCT_QUALITY, "Porto", "utter_announcement_put_right_at_a_place"),
        (Reason.MISSING_FEATURES, None, "utter_announcement_is_there"),
        (Reason.RELOCATION, "Braga", "utter_announcement_is_near_at_a_place"),
        (Reason.COMPETITOR, None, "utter_announcement_news"),
    ],
)
async def test_what_was_put_right_is_told_in_words_that_fit_why_they_left(
    talk: TouchTalk, reason: Reason, place: str | None, response: str
) -> None:
    leaver = Leaver(reason, "the old one never worked")
    done = await talk.begin(leaver, TouchKind.ANNOUNCEMENT, improvement="It was replaced.", place=place)
    assert done.responses == [response]
    said = done.values[response]
    assert (said["told"], said["improvement"]) == (": “the old one never worked”", "It was replaced")
    assert said["place"] == (place or "")


@pytest.mark.parametrize(
    ("text", "response", "answer"),
    [
        ("yes", "utter_touch_come_back", TouchAnswer.OPEN),
        ("no thanks", "utter_touch_left_alone", TouchAnswer.DECLINED),
        ("I'm happy where I am", "utter_touch_left_alone", TouchAnswer.DECLINED),
        ("does it work on Android?", "utter_touch_question", None),
        ("ask me next month", "utter_touch_later", TouchAnswer.NOT_NOW),
    ],
)
async def test_an_announcement_is_answered_by_yes_no_later_or_a_question(
    talk: TouchTalk, text: str, response: str, answer: TouchAnswer | None
) -> None:
    await talk.begin(CRASHED, TouchKind.ANNOUNCEMENT, improvement="it no longer crashes")
    assert await talk.type(text) == [response]
    assert talk.read_touch().answer is answer


async def test_somebody_who_is_back_is_asked_whether_what_we_had_failed_them_in_is_right_now(talk: TouchTalk) -> None:
    done = await talk.begin(CRASHED, TouchKind.THANKS)
    assert done.responses == ["utter_welcomed_after_failure"]
    assert done.values["utter_welcomed_after_failure"]["told"] == ": “The app kept crashing”"
    assert (done.slots["interview"], done.slots["has_left"], done.slots["touch_question"]) == ("over", False, None)


async def test_somebody_who_is_back_and_whom_we_had_not_failed_is_only_welcomed(talk: TouchTalk) -> None:
    assert (await talk.begin(PRICE, TouchKind.THANKS)).responses == ["utter_welcomed"]
    assert talk.slots["interview"] == "over"
