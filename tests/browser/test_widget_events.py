"""The widget's own reader of server-sent events, which never gets the stream in the pieces one would like."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.chat import Visitor
from tests.browser.fake_api import FakeFarewell

STREAM = (
    ": ping\n\n"
    'event: state\ndata: {"mode": "bot"}\n\n'
    "id: 7\nevent: message\ndata: first line\ndata: second: line\n\n"
    "id:8\ndata:no space\n\n"
    "unknown: field\nretry: 10\n\n"
    "event: nothing\n\n"
    "data: héllo 😀 المنتج\n\n"
    "data: cut off"
)
EVENTS = [
    {"id": None, "event": "state", "data": '{"mode": "bot"}'},
    {"id": "7", "event": "message", "data": "first line\nsecond: line"},
    {"id": "8", "event": "message", "data": "no space"},
    {"id": None, "event": "message", "data": "héllo 😀 المنتج"},
]
READ = """async ([stream, size]) => {
  const { readEvents } = await import("/static/widget/events.js");
  const bytes = new TextEncoder().encode(stream);
  let at = 0;
  const body = new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, (at += size)));
    },
  });
  const events = [];
  await readEvents(body, (event) => events.push(event), new AbortController().signal);
  return events;
}"""


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_events_are_the_same_in_pieces_of_any_size(
    fake: FakeFarewell, visit: Callable[..., Visitor], line_break: str
) -> None:
    page = visit(f"{fake.address}/privacy").page
    stream = STREAM.replace("\n", line_break)
    for size in [*range(1, 24), 1000]:
        assert page.evaluate(READ, [stream, size]) == EVENTS, f"in pieces of {size} bytes"
