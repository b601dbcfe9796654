"""Taking in what a customer says while a question is open: an answer to it, to another one, or none at all.

It must not lose an answer: what counts as one is kept before anything else is decided.
"""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.action import FarewellAction
from actions.changes import ASK_WHICH, put_again
from actions.slots import (
    ANSWERED,
    ECHO,
    LANGUAGE,
    SKIPPED,
    TOLD,
    count_asked,
    read_asked,
    read_last_response,
    read_leading,
    read_message_id,
    read_patience,
    read_question,
    read_standing,
    read_trigger,
    read_utterance,
    was_interrupted,
    write_remark,
    write_standing,
)
from bot.retention.correction import Aside, find_correction, find_volunteered, name_question
from bot.retention.endings import FAILURES_OF_OURS
from bot.retention.interview import Question, Standing, next_question
from bot.retention.language import find_language
from bot.retention.opt_out import asks_to_stop, mentions_stop
from bot.retention.reading import Reading, read
from bot.retention.sensitive import Trouble, hear_trouble
from bot.retention.utterances import Intent, Utterance
from bot.retention.wording import count_words

MOST_ECHOES = 2
FEW_WORDS = 5
"""So few words name the answer that somebody wants to change; more of them are an answer."""


class ValidateExitInterview(FarewellAction):
    """Takes the answer to the open question in, and says which one comes next.

    It is no FormValidationAction: that looks at each slot apart and drops the others, while here one message settles
    one question and may change which ones follow. Settling nothing makes the form step back for the rules.
    """

    def name(self) -> str:
        return "validate_exit_interview"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        question = read_question(tracker)
        events: list[EventType] = []
        # After an interruption Rasa calls this once more; the message was judged by then.
        if question is not None and read_trigger(tracker) is None and not was_interrupted(tracker):
            events = await self._take_in(tracker, question)
            tracker.add_slots(events)
        following = None if tracker.get_slot("refuses_contact") else next_question(read_standing(tracker))
        return [*events, SlotSet("requested_slot", following.value if following else None)]

    async def _take_in(self, tracker: Tracker, question: Question) -> list[EventType]:
        confirming = tracker.get_slot("confirming") is not None
        said = read_utterance(tracker)
        reading = read(question, said, read_patience(tracker, question), confirming=confirming)
        if said.pressed is None:
            trouble = hear_trouble(said.text)
            if trouble is not None:
                return await self._take_in_trouble(tracker, question, trouble, reading, confirming=confirming)
            reading, aside, noticed = self._listen(tracker, question, said, reading, confirming=confirming)
            if aside is not None:
                return await self._record_aside(tracker, question, aside)
        else:
            noticed = []
        if reading is None:
            return noticed
        if reading.noise:
            return _lead_back(tracker)
        events = await self._record(tracker, question, reading, said.text) if reading.words else []
        if reading.stop:
            events.append(SlotSet("refuses_contact", True))
        if reading.topic is not None:
            events.append(SlotSet("offer_topic", reading.topic.value))
        events += noticed
        return [*events, SlotSet("confirming", None)] if confirming else events

    def _listen(
        self, tracker: Tracker, question: Question, said: Utterance, reading: Reading | None, *, confirming: bool
    ) -> tuple[Reading | None, Aside | None, list[EventType]]:
        """Return the reading of typed words in the light of what else is in them: another answer, another language."""
        if confirming or asks_to_stop(said.text):
            return reading, None, []
        standing = read_standing(tracker)
        if (read_last_response(tracker) or "").startswith(ASK_WHICH):
            which = name_question(said.text) if count_words(said.text) <= FEW_WORDS else None
            if which in standing.settled and which is not None:
                return None, None, put_again(which)
        aside = find_correction(said.text, standing.settled, question)
        if aside is None and not (reading is not None and reading.skipped):
            aside = find_volunteered(said, question, read_leading(tracker))
        has_opted_out = aside is not None and (aside.question, tracker.get_slot("consent")) == (Question.CONSENT, TOLD)
        if aside is not None and not has_opted_out:  # Who has opted out takes that back with a yes of its own.
            return reading, aside, []
        if find_language(said.text) is None:
            return reading, None, []
        # The classifier knows English only, so its opinion is worth nothing here: it is an answer, or asked once more.
        if reading is None and (question.is_open or read_patience(tracker, question).asked > 1):
            reading = Reading(skipped=question is Question.EMAIL)
        if LANGUAGE in read_asked(tracker):
            return reading, None, [SlotSet("remarks", None)] if reading is None else []
        tracker.add_slots([count_asked(tracker, LANGUAGE)])
        noted = [SlotSet("asked", tracker.get_slot("asked")), write_remark(tracker, "utter_english_only")]
        return reading, None, noted

    async def _take_in_trouble(
        self, tracker: Tracker, question: Question, trouble: Trouble, reading: Reading | None, *, confirming: bool
    ) -> list[EventType]:
        """Keep what they say, and ask nothing more."""
        said = read_utterance(tracker)
        if reading is None and (confirming or said.intent is Intent.WANT_TO_RETURN):
            await asyncio.to_thread(self.services.interviews.note_trouble, tracker.sender_id)
            return []
        events = await self._record(tracker, question, Reading(trouble=trouble), said.text)
        if asks_to_stop(said.text) or mentions_stop(said.text):
            events.append(SlotSet("refuses_contact", True))
        return [*events, SlotSet("closed", True), SlotSet("trouble", trouble.value), SlotSet("remarks", None)]

    async def _record(self, tracker: Tracker, question: Question, reading: Reading, text: str) -> list[EventType]:
        changing = tracker.get_slot("changing") == question.value
        if changing and reading.skipped:
            kept = SlotSet(question.value, ANSWERED)
            return [kept, SlotSet("changing", None), write_remark(tracker, "utter_answer_left_as_it_was")]
        standing = await self._write(tracker, question, reading, text, replacing=changing)
        events = [SlotSet(question.value, SKIPPED if reading.skipped else ANSWERED)]
        events += _synchronise(tracker, standing, besides=question)
        if changing:
            events += [SlotSet("changing", None), write_remark(tracker, "utter_answer_changed")]
        elif question.is_open and reading == Reading(stop=reading.stop):
            events += await self._echo(tracker, question, text) or _thank_for_telling(tracker, question, standing)
        if question is Question.OFFER:
            offer = await asyncio.to_thread(self.services.offers.find, tracker.sender_id)
            events.append(SlotSet("offer_news", offer.state.value if offer else None))
        return events

    async def _record_aside(self, tracker: Tracker, question: Question, aside: Aside) -> list[EventType]:
        """Keep an answer to another question than the one that is open, which is then put once more."""
        corrects = tracker.get_slot(aside.question.value) is not None
        reading = Reading(value=aside.value, named=aside.named, address=aside.address)
        before = read_leading(tracker)
        standing = await self._write(
            tracker, aside.question, reading, aside.words, part=aside.words, replacing=corrects
        )
        events = [SlotSet(aside.question.value, ANSWERED), *_synchronise(tracker, standing, besides=aside.question)]
        if aside.question is Question.REASON and standing.leading is not before:
            asked = {what: times for what, times in read_asked(tracker).items() if what != Question.PROBE}
            events.append(SlotSet("asked", asked))  # The probe for another reason is another question.
        what = "corrected" if corrects else f"noted_{aside.question.value}"
        return [*events, write_remark(tracker, f"utter_answer_{what}", **_name(aside))]

    async def _write(
        self,
        tracker: Tracker,
        question: Question,
        reading: Reading,
        text: str,
        *,
        part: str | None = None,
        replacing: bool = False,
    ) -> Standing:
        return await asyncio.to_thread(
            self.services.interviews.record_answer,
            tracker.sender_id,
            question,
            reading,
            text,
            read_message_id(tracker),
            part=part,
            replacing=replacing,
        )

    async def _echo(self, tracker: Tracker, question: Question, text: str) -> list[EventType]:
        """Return what is said back before the next question: at most two things in an interview, of different kinds."""
        already = [what.removeprefix(ECHO) for what in read_asked(tracker) if what.startswith(ECHO)]
        if len(already) >= MOST_ECHOES:
            return []
        echo = await asyncio.to_thread(self.services.echoes.find, tracker.sender_id, question, text, already)
        if echo is None:
            return []
        remark = write_remark(tracker, f"utter_echo_{echo.kind.value}", named=echo.words)
        return [remark, count_asked(tracker, ECHO + echo.kind.value)]


def _thank_for_telling(tracker: Tracker, question: Question, standing: Standing) -> list[EventType]:
    """Return what is said to somebody who has told so much at once that they are not asked for more of it."""
    if question is not Question.REASON or Question.PROBE not in standing.settled:
        return []
    response = "utter_heard_failure" if standing.leading in FAILURES_OF_OURS else "utter_heard_reason"
    return [write_remark(tracker, response)]


def _lead_back(tracker: Tracker) -> list[EventType]:
    """Return what is said to mere noise: the question once more, and then a person or an end."""
    redirected = int(tracker.get_slot("redirected") or 0) + 1
    response = "utter_not_understood_redirect" if redirected == 1 else "utter_out_of_scope_offer"
    return [SlotSet("redirected", redirected), SlotSet("confirming", None), write_remark(tracker, response)]


def _name(aside: Aside) -> dict[str, str]:
    """Return what responses can say about an answer that was volunteered."""
    named = {"number": str(aside.value)} if aside.question is Question.LIKELIHOOD else {}
    return named | ({"email": aside.address} if aside.question is Question.EMAIL and aside.address else {})


def _synchronise(tracker: Tracker, standing: Standing, *, besides: Question) -> list[EventType]:
    """Return the events that remember where the record says the interview stands, and what an answer told besides."""
    events = write_standing(standing)
    for question in set(Question) - {besides}:
        known = tracker.get_slot(question.value)
        if question in standing.settled and known is None:
            events.append(SlotSet(question.value, TOLD))
        elif question not in standing.settled and known == TOLD:
            events.append(SlotSet(question.value, None))
    return events
