"""A company's own system, as a test wants it: it answers, breaks off, redirects or says nothing, and keeps it all."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Received:
    """One request, as it came."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`behaviours` are used up one by one: a status, "cut" or "silence"; then everything is taken with 200."""

    port: int = 0
    behaviours: list[int | str] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Receiver]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            self.received.append(Received(headers, body))
            behaviour = self.behaviours.pop(0) if self.behaviours else 200
            if behaviour == "silence":
                await reader.read()
            elif behaviour == "cut":
                writer.write(b"HTTP/1.1 20")
            else:
                extra = f"Location: {self.url}/elsewhere\r\n" if str(behaviour).startswith("3") else ""
                head = f"HTTP/1.1 {behaviour} Whatever\r\n{extra}Connection: close\r\nContent-Length: 9"
                writer.write(f"{head}\r\n\r\nthank you".encode())
                await writer.drain()
