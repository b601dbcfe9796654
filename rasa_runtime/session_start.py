"""Begins a session in the middle of a conversation without losing or multiplying anything.

Rasa's own session start copies every slot event of the session before, twice as many each time, and drops the open
form: a customer who answers a day later would stand outside the interview. It must not decide when a session ends;
`session_config` in domain.yml does.
"""

from __future__ import annotations

import rasa.core.actions.action as rasa_actions
from rasa.core.actions.action import ActionSessionStart
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker

from rasa_runtime.standing import restate


def install() -> None:
    """Put this session start in the place of Rasa's; calling it again does nothing."""
    rasa_actions.ActionSessionStart = SessionStart


class SessionStart(ActionSessionStart):
    """Starts a session where the last one stood: each slot once, and the open form with its question."""

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """Return the new session's first events; slots and form are left behind if the domain says so."""
        standing = restate(tracker) if domain.session_config.carry_over_slots else []
        return [SessionStarted(), *standing, ActionExecuted(ACTION_LISTEN_NAME)]
