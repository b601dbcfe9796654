"""The log says what happened and where; never what somebody wrote."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import logging, structlog
from bot.logs import configure_logs
configure_logs()
log = structlog.get_logger("bot.test")
log.info("turn.made", conversation="c-1", replies=2)
def break_down():
    raise ValueError("my secret sorrow")
try:
    break_down()
except ValueError:
    log.exception("action.failed")
    logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
logging.getLogger("httpx").info("POST http://127.0.0.1/turn")
"""


def test_an_error_is_logged_with_its_place_and_without_its_words() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)

    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 3
    assert "event=turn.made conversation=c-1 replies=2" in lines[0]
    for line in lines[1:]:
        assert "error=ValueError" in line
        assert "<string>:10 > <string>:8" in line
    assert "sorrow" not in done.stderr
    assert "httpx" not in done.stderr
