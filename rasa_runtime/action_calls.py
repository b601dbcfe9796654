"""Changes five things in how Rasa calls the action server; the only place where we reach into its code for speed.

It must not change what an action may answer, nor anything on a Rasa other than the one it was written for.

1. **The kept validator.** Rasa checks every answer against one constant JSON schema, and has `jsonschema.validate`
   first check the schema itself, anew for each call: three quarters of the time of a turn. Here the schema is checked
   once and its validator kept. Then it holds each event against all 23 kinds there are, of which at most the one that
   bears its name can fit; here it is held against that one. What is accepted and refused stays the same.

2. **The abort.** When the action server does not answer or an action fails, Rasa logs it, forgets the action's events
   and saves the rest, so that a customer's answer is gone without a word. Here the whole turn is given up instead:
   nothing is saved, the gateway keeps the message and makes the turn again. An action that rejects its execution is
   part of how forms work and stays what it was.

3. **The kept event classes.** For every event that an action returns or a tracker remembers, Rasa searches the whole
   tree of event classes for its name: about a fifth of what is left of a turn. Here a class once found is kept.

4. **The kept connection.** Rasa opens a new connection for each call; here the calls share one session, which also
   turns their bodies into JSON by a faster library.

5. **The recent events.** Rasa sends every event it remembers with every call. Here the last turns go, as many as
   working memory always keeps whole: what lies before them may have been folded, so no action may depend on it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import lru_cache
from typing import Any

import aiohttp
import rasa.core.actions.action as rasa_actions
import ujson
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend, validator_for
from rasa import __version__ as rasa_version
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.shared.utils.schemas.events import EVENT_SCHEMA
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from rasa_runtime.aborts import ActionFailed, ActionsUnavailable, TurnAborted
from rasa_runtime.working_memory import TURNS_KEPT

WRITTEN_FOR = "3.6.21"
#: Seconds an action may take. Rasa would wait five minutes, in which the customer hears nothing.
ACTION_TIMEOUT = 20
#: Seconds after which an unused connection is given up: sooner than the action server does so (uvicorn: five), or a
#: call might be sent into one that is just being closed.
IDLE_SECONDS = 2
#: What a proxy or a server that is still starting answers in place of the action server.
NOT_THERE = {502, 503, 504}

_stock_run = RemoteAction.run
_stock_resolve_by_type = Event.resolve_by_type


def install() -> None:
    """Put the changes in place; calling it again does nothing. Raises `RuntimeError` on another Rasa version."""
    if rasa_version != WRITTEN_FOR:
        raise RuntimeError(
            f"rasa_runtime/action_calls.py was written for Rasa {WRITTEN_FOR}, and this is {rasa_version}. "
            "Read it again beside Rasa's core/actions/action.py before changing WRITTEN_FOR."
        )
    RemoteAction._validate_action_result = _KeptValidator().validate_action_result
    RemoteAction.run = _run_or_abort
    rasa_actions.DEFAULT_REQUEST_TIMEOUT = ACTION_TIMEOUT
    RemoteAction._action_call_format = _describe_call
    EndpointConfig.session = _keep_session
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=None)(_stock_resolve_by_type))
    # Rasa reports each rejection, which is every answer a form cannot use, as an error. What is truly wrong aborts
    # the turn and is reported by the gateway channel.
    logging.getLogger(rasa_actions.__name__).setLevel(logging.CRITICAL)


class _KeptValidator:
    def __init__(self) -> None:
        schema = RemoteAction.action_response_format_spec()
        stock = validator_for(schema)
        stock.check_schema(schema)
        self._stock_one_of = stock.VALIDATORS["oneOf"]
        self._kinds = {kind["properties"]["event"]["const"]: kind for kind in EVENT_SCHEMA["oneOf"]}
        self._validator: Validator = extend(stock, {"oneOf": self._find_kind})(schema)

    def validate_action_result(self, result: Any) -> bool:
        """Return True for an answer Rasa accepts; raises `jsonschema.ValidationError` for any other."""
        self._validator.validate(result)
        return True

    def _find_kind(self, validator: Validator, kinds: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
        if kinds is not EVENT_SCHEMA["oneOf"]:
            return self._stock_one_of(validator, kinds, instance, schema)
        name = instance.get("event") if isinstance(instance, dict) else None
        kind = self._kinds.get(name) if isinstance(name, str) else None
        if kind is None:
            return iter([ValidationError("is no event that Rasa knows")])
        return validator.descend(instance, kind)


def _describe_call(self: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """Return what the action server gets: as Rasa's own, with the recent events."""
    state = tracker.current_state(EventVerbosity.NONE)
    state["events"] = [event.as_dict() for event in list_recent_events(tracker)]
    call = {"next_action": self.name(), "sender_id": tracker.sender_id, "tracker": state, "version": rasa_version}
    if not self._is_selective_domain_enabled() or domain.does_custom_action_explicitly_need_domain(self.name()):
        call["domain"] = domain.as_dict()
    return call


def list_recent_events(tracker: DialogueStateTracker) -> list[Event]:
    """Return the tracker's events since the customer's message `TURNS_KEPT` turns ago, or all if there are fewer."""
    events = list(tracker.events)
    said = [at for at, event in enumerate(events) if isinstance(event, UserUttered)]
    return events[said[-TURNS_KEPT] :] if len(said) > TURNS_KEPT else events


def _keep_session(self: EndpointConfig) -> AbstractAsyncContextManager[aiohttp.ClientSession]:
    """Return the endpoint's one session of this event loop, which stays open when the call leaves it."""
    loop = asyncio.get_running_loop()
    kept: tuple[asyncio.AbstractEventLoop, aiohttp.ClientSession] | None = self.__dict__.get("_kept_session")
    if kept is None or kept[0] is not loop or kept[1].closed:
        connector = aiohttp.TCPConnector(keepalive_timeout=IDLE_SECONDS)
        auth = aiohttp.BasicAuth(self.basic_auth["username"], self.basic_auth["password"]) if self.basic_auth else None
        session = aiohttp.ClientSession(
            headers=self.headers, auth=auth, connector=connector, json_serialize=ujson.dumps
        )
        kept = self.__dict__["_kept_session"] = (loop, session)
    return nullcontext(kept[1])


async def close_session(endpoint: EndpointConfig) -> None:
    """Close the endpoint's session, if it has one; the next call would open another."""
    kept = endpoint.__dict__.pop("_kept_session", None)
    if kept is not None:
        await kept[1].close()


async def _run_or_abort(self: RemoteAction, *args: Any, **kwargs: Any) -> Any:
    try:
        return await _stock_run(self, *args, **kwargs)
    except ActionExecutionRejection:
        raise
    except Exception as error:
        raise _abort(self.name(), error) from error


def _abort(action: str, error: Exception) -> TurnAborted:
    """Say what happened without quoting the answer, which may repeat what the customer wrote."""
    # Rasa wraps what aiohttp or the server said into an exception of its own, sometimes without naming it as cause.
    for reason in (error, error.__cause__, error.__context__):
        if isinstance(reason, ClientResponseError):
            kind = ActionsUnavailable if reason.status in NOT_THERE else ActionFailed
            return kind(f"{action}: the action server answered with status {reason.status}")
        if isinstance(reason, (aiohttp.ClientError, asyncio.TimeoutError)):
            return ActionsUnavailable(f"{action}: the action server did not answer ({type(reason).__name__})")
    return ActionFailed(f"{action}: the action server's answer cannot be used ({type(error).__name__})")
