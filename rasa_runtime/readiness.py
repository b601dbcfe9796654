"""Proves that a loaded model is fit to talk: Rasa counts one as loaded whose classifier never learned anything.

It must not repair or retrain anything; it says what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage


class NotReady(Exception):
    """The model is not fit to talk."""


async def prove_understanding(agent: Agent, known_sentences: Mapping[str, str]) -> None:
    """Raise `NotReady` unless each of `known_sentences` is understood as the intent it stands for."""
    if not agent.is_ready() or agent.processor is None:
        raise NotReady("No dialogue model is loaded. Run `make train`.")
    for sentence, expected in known_sentences.items():
        try:
            understood = (await agent.processor.parse_message(UserMessage(sentence)))["intent"]["name"]
        except Exception as error:  # An untrained classifier fails in whatever way its library likes.
            raise NotReady(
                f"The dialogue model understands nothing ({type(error).__name__}): it was not trained or loaded whole. "
                "Run `make train`."
            ) from error
        if understood != expected:
            raise NotReady(
                f'The dialogue model takes "{sentence}" for {understood} instead of {expected}. '
                "Run `make train`; if the examples changed, change known_sentences in credentials.yml with them."
            )
