"""Live changes: facts, as they are sealed, to whoever looks at a page (server-sent events).

One connection to PostgreSQL a process, whatever the number of readers. Event ids are positions in the journal, so a
browser that was cut off asks for what follows the last one it saw: nothing lost, nothing twice.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
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


class Hub:
    """Hears of sealed facts once for the whole process, and passes them to its readers."""

    def __init__(self) -> None:
        self._readers: set[asyncio.Queue[Event | None]] = set()
        self._hearing: asyncio.Task[None] | None = None

    async def follow(self, since: int, wanted: Wanted) -> AsyncIterator[Event | None]:
        """Events after *since*, in order; None at each heartbeat. Ends when the reader falls too far behind."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue(BACKLOG)
        self._readers.add(queue)
        self._start()
        try:
            async for event in _after(since):
                since = event.position
                if wanted(event):
                    yield event
            async for heard in _drain(queue):
                if heard is None or (heard.position > since and wanted(heard)):
                    yield heard
        finally:
            self._readers.discard(queue)

    def _start(self) -> None:
        if self._hearing is None or self._hearing.done():
            self._hearing = asyncio.create_task(self._hear())

    async def _hear(self) -> None:
        """Until nobody reads any more."""
        position: int | None = None
        while self._readers:
            try:
                async with await _connect() as database:
                    await database.execute(f'LISTEN "{SEALED}"')
                    position = await _head(database) if position is None else position
                    while self._readers:
                        position = await self._pass_on(database, position)
                        async for _notice in database.notifies(timeout=1.0, stop_after=1):
                            pass
            except psycopg.OperationalError:
                log.warning("live changes: the database cannot be reached; trying again")
                await asyncio.sleep(1)

    async def _pass_on(self, database: "psycopg.AsyncConnection[Any]", position: int) -> int:
        async for event in _read(database, position):
            position = event.position
            for queue in list(self._readers):
                self._give(queue, event)
        return position

    def _give(self, queue: "asyncio.Queue[Event | None]", event: Event) -> None:
        with suppress(asyncio.QueueFull):
            queue.put_nowait(event)
            return
        self._readers.discard(queue)


hub = Hub()


def stream(request: HttpRequest, wanted: Wanted, render: Render, *, head: int) -> StreamingHttpResponse:
    """Answer with the events wanted: what follows the last one this browser saw, or *head* (where its page stands)."""
    since = _last_seen(request, head)
    response = StreamingHttpResponse(_lines(since, wanted, render), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _lines(since: int, wanted: Wanted, render: Render) -> AsyncIterator[bytes]:
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


async def _drain(queue: "asyncio.Queue[Event | None]") -> AsyncIterator[Event | None]:
    while queue.qsize() < BACKLOG:
        try:
            yield await asyncio.wait_for(queue.get(), HEARTBEAT)
        except TimeoutError:
            yield None


async def _after(position: int) -> AsyncIterator[Event]:
    async with await _connect() as database:
        async for event in _read(database, position):
            yield event


async def _read(database: "psycopg.AsyncConnection[Any]", position: int) -> AsyncIterator[Event]:
    query = "SELECT position, workspace_id, kind, about FROM journal_entry WHERE position > %s ORDER BY position"
    async with database.cursor(row_factory=class_row(Event)) as cursor:
        await cursor.execute(query, [position])
        async for event in cursor:
            yield event


async def _head(database: "psycopg.AsyncConnection[Any]") -> int:
    row = await (await database.execute("SELECT coalesce(max(position), 0) FROM journal_entry")).fetchone()
    return int(row[0]) if row else 0


async def _connect() -> "psycopg.AsyncConnection[Any]":
    given = connection.get_connection_params()
    known = {key: given[key] for key in ("host", "port", "user", "password", "dbname", "sslmode") if given.get(key)}
    return await psycopg.AsyncConnection.connect(**known, autocommit=True)


def _last_seen(request: HttpRequest, head: int) -> int:
    seen = request.headers.get("Last-Event-ID") or request.GET.get("since", "")
    return int(seen) if seen.isdecimal() else head
