"""What customers of the crash test answer: typed and pressed, brief and rambling, on the point and beside it.

It must not be where anything is expected of the bot: whatever it makes of this, nothing may be lost of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

REASONS = (
    "it's too expensive for what I get out of it",
    "honestly the last three boxes were late, one of them was crushed 📦",
    "the app kept crashing on my phone, and nobody could tell me why",
    "we are moving to Lisbon in March",
    "I found something better, and it is cheaper as well",
    "just don't need it any more",
    "support took nine days to write back",
    "you charged me twice in October and I'm still 19.90 short",
    "Not what I expected.\nThe pictures looked different.",
)
DETAILS = (
    "it went up twice this year",
    "mostly the weekends",
    "the blue one, it broke after two weeks",
    "no idea, sorry",
    "I wrote to you about it on the 3rd and again on the 9th",
    "more than forty a month — <b>forty</b> & counting",
)
KEPT = ("a lower price perhaps", "nothing really", "if it had simply worked", "a pause over the summer would have done")
LIKELIHOODS = ("7", "two", "maybe a 4", "I'd say 8 out of 10")
CONSENTS = ("yes, you may", "no thanks", "rather not")
ADDRESSES = ("anna@example.org", "write to leo.k@example.com please", "skip")
ASIDES = ("why do you ask?", "are you a robot?", "what was the question again?", "hello there", "thank you")
AFTERWARDS = ("thank you", "bye then", "ok")

_ENDS = ("Skip and cancel", "Stop here", "Ask a person")


@dataclass(frozen=True)
class Saying:
    """What somebody does next: they type `texts`, one right after the other, or press the button `title`."""

    texts: tuple[str, ...] = ()
    title: str | None = None


def choose(random: Random, titles: list[str], last: str) -> Saying:
    """Return what to answer, given the titles of the buttons in sight and the bot's last words."""
    wanted = [title for title in titles if title not in _ENDS]
    if random.random() < 0.06:
        return Saying((random.choice(ASIDES),))
    if wanted and random.random() < 0.5:
        return Saying(title=random.choice(wanted))
    text = random.choice(_choose_list(titles, last))
    # Some write as they think: in two messages.
    return Saying((text, random.choice(DETAILS))) if random.random() < 0.12 else Saying((text,))


def _choose_list(titles: list[str], last: str) -> tuple[str, ...]:
    shown = set(titles)
    if "It's too expensive" in shown:
        return REASONS
    if "10" in shown:
        return LIKELIHOODS
    if "Nothing, really" in shown:
        return KEPT
    if "No, thank you" in shown:
        return CONSENTS
    return ADDRESSES if "mail" in last else DETAILS
