"""Starts the Rasa process: checks everything it stands on, loads the model, serves the gateway channel on loopback.

It must not start half: whatever is wrong ends it with one line that says what to do.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rasa_runtime.logs import keep_quiet

if TYPE_CHECKING:
    from rasa.core.agent import Agent
    from sanic import Sanic

    from rasa_runtime.gateway_channel import GatewayInput

LOOPBACK = "127.0.0.1"
#: Bytes; far more than the longest message, far less than what would fill the memory.
LARGEST_REQUEST = 10_000_000
#: Seconds that running turns get to finish when the process is told to stop.
GRACE = 10


class CannotStart(Exception):
    """The Rasa process cannot start."""


def main() -> int:
    """Serve what the arguments name until told to stop."""
    arguments = _read_arguments()
    began = time.monotonic()
    try:
        # Held from now on, so that no one else can take the port while the model is loading.
        listening = _claim_port(arguments.port)
        check_model_file(arguments.model)
        keep_quiet()
        channel, agent = _load(arguments)
    except CannotStart as problem:
        sys.stderr.write(f"Rasa cannot start: {problem}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    app = _build_app(channel, agent)

    @app.listener("after_server_start")
    async def tell(*_: Any) -> None:
        seconds = time.monotonic() - began
        sys.stdout.write(f"Rasa is ready on {LOOPBACK}:{arguments.port} after {seconds:.1f} s.\n")
        sys.stdout.flush()

    @app.listener("after_server_stop")
    async def hang_up(*_: Any) -> None:
        from rasa_runtime.action_calls import close_session

        await close_session(agent.action_endpoint)

    app.run(sock=listening, access_log=False, motd=False)
    return 0


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m rasa_runtime.serve", description="Serve the dialogue on loopback.")
    parser.add_argument("--model", type=Path, default=Path("models/dialogue.tar.gz"), help="the trained model")
    parser.add_argument("--port", type=int, default=5005, help="the port on 127.0.0.1")
    parser.add_argument("--endpoints", type=Path, default=Path("endpoints.yml"))
    parser.add_argument("--credentials", type=Path, default=Path("credentials.yml"))
    return parser.parse_args()


def _claim_port(port: int) -> socket.socket:
    claimed = socket.socket()
    claimed.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        claimed.bind((LOOPBACK, port))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CannotStart(
            f"port {port} on {LOOPBACK} cannot be used ({reason}). Stop what uses it, or set RASA_PORT in .env."
        ) from error
    return claimed


def check_model_file(model: Path) -> None:
    """Raise `CannotStart` unless the model is there and is what training wrote."""
    from rasa_runtime.model_file import HASHES_NAME, MODEL_NAME, hash_file

    if not model.is_file():
        raise CannotStart(f"there is no dialogue model at {model}. Run `make train`.")
    recorded = model.parent / HASHES_NAME
    # Only what `make train` made has its hash recorded; a model named by hand may come from `rasa train`.
    if model.name == MODEL_NAME and recorded.is_file():
        lines = recorded.read_text(encoding="utf-8", errors="replace").splitlines()
        if lines[:1] != [f"{hash_file(model)}  {MODEL_NAME}"]:
            raise CannotStart(f"the dialogue model {model} is damaged. Run `make train`.")


def _load(arguments: argparse.Namespace) -> tuple[GatewayInput, Agent]:
    import_classifier_reader()
    from rasa.core.agent import Agent
    from rasa.core.tracker_store import TrackerStore
    from rasa.core.utils import AvailableEndpoints
    from rasa.shared.utils.io import read_config_file

    from rasa_runtime.gateway_channel import GatewayInput

    try:
        channels = read_config_file(arguments.credentials)
        name = f"{GatewayInput.__module__}.{GatewayInput.__name__}"
        if list(channels) != [name]:
            raise CannotStart(f"{arguments.credentials} must name one channel, {name}, and no other.")
        channel = GatewayInput.from_credentials(channels[name])
        endpoints = AvailableEndpoints.read_endpoints(str(arguments.endpoints))
        if endpoints.action is None:
            raise CannotStart(f"{arguments.endpoints} names no action_endpoint.")
        agent = Agent(tracker_store=TrackerStore.create(endpoints.tracker_store), action_endpoint=endpoints.action)
        agent.load_model(arguments.model)
        asyncio.run(channel.prove_ready(agent))
    except CannotStart:
        raise
    except Exception as error:  # A broken archive or file fails in whatever way its reader likes.
        raise CannotStart(_explain(error)) from error
    return channel, agent


def import_classifier_reader() -> None:
    """Import ahead of Rasa what would take far longer behind it."""
    # This library looks through all modules loaded so far for each of hundreds of types. Before Rasa and TensorFlow are
    # there it takes two seconds, after them six or more.
    import skops.io  # noqa: F401

    # On the way it loads numpy.distutils, which makes the root logger print past every handler and filter.
    logging.getLogger().__class__ = logging.RootLogger


def _explain(error: BaseException) -> str:
    """Return what went wrong in our own words where there are some; Rasa wraps each error in others of its own."""
    from encoder import EncoderDamaged
    from rasa_runtime.encoder_featurizer import OtherEncoder
    from rasa_runtime.gateway_channel import SecretMissing
    from rasa_runtime.readiness import NotReady

    while not isinstance(error, (EncoderDamaged, OtherEncoder, SecretMissing, NotReady)):
        if error.__cause__ is None:
            return f"{type(error).__name__}: {error}"
        error = error.__cause__
    return str(error)


def _build_app(channel: GatewayInput, agent: Agent) -> Sanic:
    from rasa.core.channels.channel import register
    from sanic import Sanic

    app = Sanic("farewell_rasa", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LARGEST_REQUEST
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = GRACE
    app.ctx.agent = agent
    register([channel], app, route="/webhooks/")
    return app


if __name__ == "__main__":
    sys.exit(main())
