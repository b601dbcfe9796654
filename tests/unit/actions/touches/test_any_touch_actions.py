"""What holds whatever we have written of: it begins clean, is answered, and ends."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.check_in import ActionBeginCheckIn
from actions.endings import ActionSkipAndCancel, ActionStopInterview
from actions.exit_interview import ActionBeginExitInterview
from bot.bootstrap import Services
from bot.retention.reasons import Reason
from bot.retention.utterances import Intent
from bot.retention.winback.touches import TouchKind
from bot.storage.unit_of_work import Database
from tests.conftest import FixedClock
from tests.interviews import FakeClassifier
from tests.touches import Leaver
from tests.trackers import make_services, make_settings, make_tracker, run
from tests.unit.actions.touches.talk import (
    CHECK_IN,
    CRASHED,
    DISCOUNT,
    PRICE,
    STRANGER,
    WELCOME_BACK,
    TouchTalk,
)


async def test_a_new_touch_begins_clean_whatever_became_of_the_one_before(talk: TouchTalk) -> None:
    await talk.begin(CRASHED, CHECK_IN)
    await talk.press("check_in", "not_now")
    await talk.type("asdfgh")
    await talk.begin(PRICE, WELCOME_BACK, **DISCOUNT)
    assert (talk.slots["touch_question"], talk.slots["redirected"], talk.slots["asked"]) == ("welcome_back", 0, None)
    assert await talk.type("yes", "affirm") == ["utter_welcome_back_accepted_discount"]


async def test_a_touch_that_the_dialogue_has_forgotten_is_answered_all_the_same(
    talk: TouchTalk, services: Services
) -> None:
    await talk.begin(PRICE, WELCOME_BACK, **DISCOUNT)
    done = await run(ActionBeginExitInterview(services), make_tracker("yes please", "affirm"))
    assert done.responses == ["utter_welcome_back_accepted_discount"]
    assert (done.slots["interview"], done.slots["has_left"]) == ("over", True)


@pytest.mark.parametrize("action", [ActionSkipAndCancel, ActionStopInterview])
async def test_who_takes_leave_of_a_touch_is_let_go_without_a_word_about_cancelling(
    talk: TouchTalk, services: Services, action: Any
) -> None:
    await talk.begin(CRASHED, CHECK_IN)
    intent = "skip_and_cancel" if action is ActionSkipAndCancel else "goodbye"
    done = await run(action(services), make_tracker("bye then", intent, **talk.slots))
    assert done.responses == ["utter_goodbye"]
    assert done.slots["interview"] == "over"


async def test_a_trigger_without_a_touch_says_nothing(talk: TouchTalk, services: Services) -> None:
    done = await run(ActionBeginCheckIn(services), make_tracker(None, "EXTERNAL_check_in"))
    assert (done.responses, done.slots["interview"]) == ([], "over")


SAYINGS = st.text(max_size=60) | st.sampled_from(
    [
        "yes",
        "no",
        "hm",
        "asdf",
        "dunno",
        "maybe",
        "what?",
        "how does it work?",
        "hello",
        "thanks",
        "later",
        "50% or I go",
    ]
)


UNDERSTOOD = st.sampled_from(sorted(set(Intent) - {Intent.ANSWER, Intent.ASK_HUMAN, Intent.STOP_CONTACT}))


SURENESS = st.sampled_from([0.3, 0.6, 0.95])


TOUCHES = [
    (CRASHED, CHECK_IN, {}),
    (STRANGER, CHECK_IN, {}),
    (PRICE, WELCOME_BACK, DISCOUNT),
    (Leaver(Reason.TRUST_PRIVACY), WELCOME_BACK, {}),
    (CRASHED, TouchKind.ANNOUNCEMENT, {"improvement": "it no longer crashes"}),
]


MOST_MESSAGES = 12
"""Longer than any touch goes on that is not answered."""


@pytest.mark.parametrize("number", range(len(TOUCHES)))
def test_whatever_is_typed_to_a_touch_gets_an_answer_and_no_question_comes_in_a_loop(
    number: int, sqlite_template: Path, classifier: FakeClassifier
) -> None:
    leaver, kind, what = TOUCHES[number]

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(SAYINGS, UNDERSTOOD, SURENESS), min_size=1, max_size=MOST_MESSAGES))
    def hold(messages: list[tuple[str, Intent, float]]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "farewell.db"
            shutil.copy(sqlite_template, path)
            database, clock = Database(f"sqlite:///{path}"), FixedClock()
            talk = TouchTalk(make_services(database, clock, classifier, make_settings()), database, clock)
            asyncio.run(_talk(talk, messages))
            database.close()

    async def _talk(talk: TouchTalk, messages: list[tuple[str, Intent, float]]) -> None:
        heard = (await talk.begin(leaver, kind, **what)).responses
        for text, intent, confidence in messages:
            answered = await talk.type(text, intent.value, confidence)
            assert len(answered) >= 1 or talk.slots["interview"] == "open"
            heard += answered
            if talk.slots["interview"] in ("over", "open"):
                break
        asked = [name for name in heard if name.startswith(("utter_check_in", "utter_touch_ask"))]
        assert len(set(asked)) == len(asked), "no question is put twice in the same words"

    hold()
