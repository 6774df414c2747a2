"""Live changes: facts, as they are sealed, to whoever looks at a page (server-sent events).

One connection to PostgreSQL a process, whatever the number of readers. Event ids are positions in the journal, so a
browser that was cut off asks for what follows the last one it saw: nothing lost, nothing twice.
"""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse
from psycopg.rows import class_row

from binome.journal.services import SEALED

log = logging.getLogger(__name__)

HEARTBEAT = 15.0
"""Seconds of silence after which a comment is sent, so that nobody in between closes the line."""

BACKLOG = 1_000
"""Events that a slow reader may be behind before it is cut off (it then asks again from where it was)."""


@dataclass(frozen=True)
class Event:
    """A sealed fact: ids and labels only."""

    position: int
    workspace_id: int | None
    kind: str
    about: dict[str, Any]


Wanted = Callable[[Event], bool]
Render = Callable[[Event], Any]


class Line:
    """What one reader has not taken yet. *cut*: something was lost, so nothing more may be taken."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[Event] = asyncio.Queue(BACKLOG)
        self.cut = False

    def put(self, event: Event) -> None:
        try:
            self.waiting.put_nowait(event)
        except asyncio.QueueFull:
            self.cut = True

    async def events(self) -> AsyncIterator[Event | None]:
        while not self.cut:
            try:
                yield await asyncio.wait_for(self.waiting.get(), HEARTBEAT)
            except TimeoutError:
                yield None


class Hub:
    """Hears of sealed facts once for the whole process, and passes them to its readers."""

    def __init__(self) -> None:
        self._readers: set[Line] = set()
        self._hearing: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    async def follow(self, since: int, wanted: Wanted) -> AsyncIterator[Event | None]:
        """Events after *since*, in order; None at each heartbeat. Ends when the reader falls too far behind."""
        line = Line()
        self._readers.add(line)
        self._start()
        try:
            await self._ready.wait()  # what is sealed from now on comes by the line; what was before is read below
            since = await _within_the_journal(since)
            async for event in _after(since):
                since = event.position
                if wanted(event):
                    yield event
            async for heard in line.events():
                if heard is None or (heard.position > since and wanted(heard)):
                    yield heard
        finally:
            self._readers.discard(line)

    def _start(self) -> None:
        if self._hearing is None or self._hearing.done():
            self._ready = asyncio.Event()
            self._hearing = asyncio.create_task(self._hear())

    async def _hear(self) -> None:
        """Until nobody reads any more."""
        position: int | None = None
        while self._readers:
            try:
                async with await _connect() as database:
                    await database.execute(f'LISTEN "{SEALED}"')
                    position = await _head(database) if position is None else position
                    self._ready.set()
                    while self._readers:
                        position = await self._pass_on(database, position)
                        async for _notice in database.notifies(timeout=1.0, stop_after=1):
                            pass
            except psycopg.Error:
                log.warning("live changes: the database cannot be reached; trying again")
                await asyncio.sleep(1)

    async def _pass_on(self, database: "psycopg.AsyncConnection[Any]", position: int) -> int:
        """Give out what follows *position*, from the beginning if the journal is another than before (a backup restored)."""
        if await _head(database) < position:
            position = 0
        async for event in _read(database, position):
            position = event.position
            for line in list(self._readers):
                line.put(event)
        return position


hub = Hub()

MOST = 12
"""Streams that one reader may hold open at once (a browser with as many tabs)."""

_AT_ONCE = 1_000
_open: Counter[str] = Counter()
"""Streams open in this process, by reader."""


def stream(request: HttpRequest, wanted: Wanted, render: Render, *, head: int, reader: str) -> StreamingHttpResponse:
    """Answer with the events wanted: what follows the last one this browser saw, or *head* (where its page stands).

    *reader* says who asks: one beyond `MOST` streams at once is told to come back later.
    """
    since = _last_seen(request, head)
    lines = _counted(reader, _lines(since, wanted, render))
    response = StreamingHttpResponse(lines, content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _counted(reader: str, lines: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    if _open[reader] >= MOST:
        yield b"retry: 60000\n\n"
        return
    _open[reader] += 1
    try:
        async with aclosing(lines):
            async for line in lines:
                yield line
    finally:
        _open[reader] -= 1
        if not _open[reader]:
            del _open[reader]


async def _lines(since: int, wanted: Wanted, render: Render) -> AsyncGenerator[bytes, None]:
    yield b": open\nretry: 1500\n\n"
    async for event in hub.follow(since, wanted):
        if event is None:
            yield b": still here\n\n"
            continue
        rendered = render(event)
        content = await rendered if asyncio.iscoroutine(rendered) else rendered
        if content is None:
            continue
        yield f"id: {event.position}\nevent: {event.kind}\ndata: {json.dumps(content)}\n\n".encode()


async def _within_the_journal(position: int) -> int:
    """A place that a browser remembers from a longer journal than this one (a backup restored) is the end of this one."""
    async with await _connect() as database:
        return min(position, await _head(database))


async def _after(position: int) -> AsyncIterator[Event]:
    async with await _connect() as database:
        async for event in _read(database, position):
            yield event


async def _read(database: "psycopg.AsyncConnection[Any]", position: int) -> AsyncIterator[Event]:
    """A thousand at a time: a reader may ask for what follows the very first."""
    query = (
        "SELECT position, workspace_id, kind, about FROM journal_entry WHERE position > %s ORDER BY position LIMIT %s"
    )
    async with database.cursor(row_factory=class_row(Event)) as cursor:
        while True:
            await cursor.execute(query, [position, _AT_ONCE])
            events = await cursor.fetchall()
            for event in events:
                position = event.position
                yield event
            if len(events) < _AT_ONCE:
                return


async def _head(database: "psycopg.AsyncConnection[Any]") -> int:
    row = await (await database.execute("SELECT coalesce(max(position), 0) FROM journal_entry")).fetchone()
    return int(row[0]) if row else 0


async def _connect() -> "psycopg.AsyncConnection[Any]":
    given = connection.get_connection_params()
    names = {one.keyword.decode() for one in psycopg.pq.Conninfo.get_defaults()}
    known = {name: value for name, value in given.items() if name in names and value}
    return await psycopg.AsyncConnection.connect(**known, autocommit=True)


def _last_seen(request: HttpRequest, head: int) -> int:
    seen = request.headers.get("Last-Event-ID") or request.GET.get("since", "")
    return int(seen) if seen.isdecimal() else head
