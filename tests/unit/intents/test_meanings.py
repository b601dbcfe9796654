"""What a message is taken for by the word rules and the classifier together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intents.meanings import MEANING_OF, Meaning, judge
from bot.retention.utterances import Intent, Utterance


def test_every_intent_of_the_dialogue_comes_to_one_meaning() -> None:
    assert set(MEANING_OF) == set(Intent)


def test_every_meaning_can_come_of_an_intent() -> None:
    assert set(MEANING_OF.values()) == set(Meaning)


@pytest.mark.parametrize(
    "text", ["", "   ", "\n", "asdfghjkl", "?????", "Ich ziehe um und brauche es leider nicht mehr"]
)
def test_whoever_says_nothing_the_bot_can_act_on_is_out_of_scope(text: str) -> None:
    assert judge(Utterance(text, Intent.INFORM, 0.9)).meaning is Meaning.OUT_OF_SCOPE


def test_whoever_says_stop_is_heard_whatever_the_classifier_makes_of_it() -> None:
    assert judge(Utterance("STOP", Intent.GREET, 0.99)).meaning is Meaning.STOP_CONTACT
    assert judge(Utterance("Moved away. No more mails please.", Intent.INFORM, 0.99)).meaning is Meaning.STOP_CONTACT


def test_a_story_that_the_classifier_takes_for_an_opt_out_stays_an_answer() -> None:
    said = Utterance("some guy would not leave me alone at the gym", Intent.STOP_CONTACT, 0.99)
    assert judge(said).meaning is Meaning.INFORM


def test_a_plain_yes_and_no_need_no_classifier() -> None:
    assert judge(Utterance("yes please", Intent.NOT_UNDERSTOOD, 0.1)).meaning is Meaning.AFFIRM
    assert judge(Utterance("rather not say", Intent.NOT_UNDERSTOOD, 0.1)).meaning is Meaning.DENY


def test_what_the_classifier_was_not_sure_of_is_out_of_scope() -> None:
    assert judge(Utterance("hm so and so", Intent.NOT_UNDERSTOOD, 0.7)).meaning is Meaning.OUT_OF_SCOPE


@given(st.text(max_size=300), st.sampled_from(list(Intent)), st.floats(0, 1))
def test_no_message_is_too_odd_to_be_judged(text: str, intent: Intent, confidence: float) -> None:
    judgement = judge(Utterance(text, intent, confidence))
    assert judgement.meaning in Meaning
    assert 0 <= judgement.confidence <= 1
