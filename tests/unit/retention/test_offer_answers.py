"""What people say to an offer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retention.interview import Question
from bot.retention.offer_answers import OfferTopic, hear
from bot.retention.reading import Patience, Reading, read
from bot.retention.utterances import Intent, Utterance

YES = (
    "yes",
    "Yes please",
    "ok",
    "sure, why not",
    "deal",
    "I'll take it",
    "Yes, I'll take it",
    "sounds good",
    "that would help",
    "I'd like that",
    "go ahead",
    "great, thanks",
    "Yes, pause it",
    "pause it please",
    "okay then",
    "yes I accept",
    "that works for me",
    "Yes, please arrange it",
    "perfect",
    "fair enough, I'll take the discount",
    "👍",
    "yep",
    "I would love to take it",
    "Yes, could you arrange it?",
    "in that case yes",
    "please do",
    "I accept",
    "definitely",
)
NO = (
    "no",
    "No, thank you",
    "no thanks",
    "nope",
    "not interested",
    "I'd rather not",
    "too late",
    "just cancel",
    "no, I'm leaving",
    "I'm still leaving",
    "please just cancel it",
    "I'll pass",
    "it won't help",
    "it doesn't change anything",
    "never",
    "I've made up my mind",
    "thanks, but no thanks",
    "not really",
    "keep your money",
    "skip",
    "no, give me 50%",
    "👎",
    "no way",
    "I already decided",
    "cancel it",
    "not worth it",
    "leave it",
    "I want to cancel",
    "sorry, no",
)
WORTH = (
    "what is it worth?",
    "how much is that?",
    "how much would I save",
    "What would I pay then?",
    "how many percent?",
)
DEADLINE = (
    "until when?",
    "how long does it stand?",
    "can I decide later?",
    "when does it expire?",
    "let me think about it",
)
DEADLINE += ("I don't know yet", "maybe", "I need to think about it", "can I think about it?", "by when must I say?")
HOW = (
    "how does it work?",
    "what's the catch?",
    "what happens after that?",
    "what does that mean?",
    "is there a catch?",
)
HOW += ("who would call me?", "what are the conditions?", "explain", "what exactly would you do?")
HAGGLE = (
    "make it 50%",
    "can you do 40 percent?",
    "is that all?",
    "that's not enough",
    "I want a better offer",
    "how about half price?",
    "give me 6 months",
    "make it 50% or I'll leave a bad review",
    "or I'll sue you",
    "I'll post a bad review everywhere",
    "do better",
    "you can do better than that",
    "only 20%?",
    "what about a bigger discount",
    "that is a joke",
    "double it",
    "I'll go to my lawyer",
    "for 30% I'd stay",
    "match their price",
)


@pytest.mark.parametrize("text", YES)
def test_a_yes_is_heard(text: str) -> None:
    reading = read(Question.OFFER, Utterance(text, Intent.INFORM, 0.4), Patience())
    assert reading is not None
    assert reading.value == 1


@pytest.mark.parametrize("text", NO)
def test_a_refusal_is_taken_the_first_time(text: str) -> None:
    reading = read(Question.OFFER, Utterance(text, Intent.INFORM, 0.4), Patience())
    assert reading is not None
    assert reading.value == 0 or reading.skipped


@pytest.mark.parametrize(
    ("texts", "topic"),
    [
        (WORTH, OfferTopic.WORTH),
        (DEADLINE, OfferTopic.DEADLINE),
        (HOW, OfferTopic.HOW),
        (HAGGLE, OfferTopic.HAGGLE),
    ],
)
def test_what_is_asked_about_an_offer_settles_nothing(texts: tuple[str, ...], topic: OfferTopic) -> None:
    assert {text: hear(text) for text in texts} == dict.fromkeys(texts, topic)
    reading = read(Question.OFFER, Utterance(texts[0], Intent.OUT_OF_SCOPE, 0.99), Patience())
    assert reading == Reading(words=False, topic=topic)


@pytest.mark.parametrize("text", HAGGLE)
def test_a_second_wish_for_more_is_a_no(text: str) -> None:
    assert hear(text, haggled=1) is False


@pytest.mark.parametrize(
    "text",
    [
        "actually I'll stay",
        "I want a human",
        "what do you know about me?",
        "the weather is nice",
        "why do you ask?",
        "are you a bot?",
        "yes if you fix the app",
        "yes but only if it's for ever",
        "my cat is called Deal",
    ],
)
def test_what_is_neither_yes_nor_no_is_left_alone(text: str) -> None:
    assert hear(text) is None


def test_words_that_stay_unclear_are_taken_as_no_and_kept() -> None:
    said = Utterance("the lids leak", Intent.INFORM, 0.9)
    assert read(Question.OFFER, said, Patience(asked=1)) is None
    assert read(Question.OFFER, said, Patience(asked=2)) == Reading()


def test_somebody_who_stays_by_themselves_accepts_nothing() -> None:
    assert read(Question.OFFER, Utterance("actually I'll stay", Intent.WANT_TO_RETURN, 0.99), Patience()) is None


@given(st.text(), st.integers(0, 3))
def test_whatever_is_typed_is_borne(text: str, haggled: int) -> None:
    heard = hear(text, haggled=haggled)
    assert heard in (True, False, None, *OfferTopic)
    if haggled:
        assert heard is not OfferTopic.HAGGLE
