"""Hearing "stop" in every spelling, and not in somebody else's mouth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retention.opt_out import asks_to_stop, mentions_stop

STOPS = """
STOP
stop!!
Stop.
Stoooop
please stop
stop stop stop
enough
Enough already!
that's enough
unsubscribe
UNSUBSCRIBE ME
unsuscribe
unsubcribe please
unsubscibe
unsubscirbe me
stpo
leave me alone
Leave me alone!!!
just leave me alone, please
don't contact me again
dont contact me
Don’t ever contact me again.
Do not contact me ever again.
please stop emailing me
stop e-mailing me
stop sending me emails
stop messaging me
I don't want any more emails
remove me from your list
take me off the mailing list
never write to me again
no more emails please
I don't want to hear from you again
opt out
opt me out please
can you stop calling me
stop contacting me about this
stop texting
I no longer want to be contacted
go away
quit bothering me please
please don't email me anymore
no, stop emailing me
🛑 stop
""".strip().splitlines()

STORIES = """
the staff kept saying stop calling
They told me, stop calling us.
"Leave me alone." is what your agent said to me
I had to stop
they would not stop calling me
enough time
I had enough of the price rises
please stop my subscription
stop charging me
never worked
stop changing the app
I want it to stop crashing
i dont want to pay
no more money
no more classes near me
stop this chat
end this chat
remove my account
no contact from you for weeks when I complained
don't make me laugh
I stopped going
""".strip().splitlines()


@pytest.mark.parametrize("text", STOPS)
def test_a_customer_who_says_stop_is_heard_however_it_is_spelt(text: str) -> None:
    assert asks_to_stop(text)


@pytest.mark.parametrize("text", STORIES)
def test_a_customer_who_tells_a_story_with_a_stop_in_it_is_not_taken_at_that_word(text: str) -> None:
    assert not asks_to_stop(text)
    assert not mentions_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "The service was bad. Stop emailing me.",
        "Too expensive and please stop emailing me",
        "I'm done, leave me alone",
        "It crashed daily! Don't contact me again.",
        "I moved; remove me from your mailing list",
    ],
)
def test_a_customer_who_answers_and_says_stop_in_one_breath_is_heard(text: str) -> None:
    assert mentions_stop(text)
    assert not asks_to_stop(text)


@given(st.sampled_from(STOPS), st.sampled_from(["", " ", "!", "...", " 😡", "\n"]), st.booleans())
def test_case_and_punctuation_never_hide_a_stop(text: str, ending: str, shout: bool) -> None:
    assert asks_to_stop((text.upper() if shout else text) + ending)


@given(st.text(max_size=400))
def test_no_text_is_too_odd_to_be_judged(text: str) -> None:
    assert asks_to_stop(text) in (True, False)
    assert mentions_stop(text) in (True, False)


@pytest.mark.timeout(5)
@pytest.mark.parametrize("text", ["any more " * 1100, "!" * 9990 + "@", "stop " * 2000, " -" * 5000, "stop, " * 1600])
def test_a_hostile_text_does_not_keep_the_bot_busy(text: str) -> None:
    asks_to_stop(text)
    mentions_stop(text)
