"""Live changes: a browser that is cut off and comes back, while facts are being written, loses none and sees none twice."""

import asyncio
import json
import random
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory

from binome.journal import services as journal
from binome.web import live
from binome.web.live import Event, Hub

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Counted:
    number: int


def write(*numbers: int, workspace: int = 1) -> None:
    journal.record(*(Counted(number) for number in numbers), workspace_id=workspace)
    journal.seal()


@pytest.fixture(autouse=True)
def hub(monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A hub of this test's own loop."""
    new = Hub()
    monkeypatch.setattr(live, "hub", new)
    return new


def mine(event: Event) -> bool:
    return event.workspace_id == 1 and event.kind == "Counted"


def content(event: Event) -> dict[str, Any]:
    return event.about


async def read(seen: list[int], *, last_id: str = "", head: int = 0, until: int) -> str:
    """Read the stream as a browser does, until this many lines came; the id of the last one."""
    request = RequestFactory().get("/", headers={"Last-Event-ID": last_id} if last_id else {})
    lines: AsyncIterator[bytes] = live.stream(request, mine, content, head=head, reader="somebody").streaming_content  # type: ignore[assignment]
    taken = 0
    try:
        while taken < until:
            line = (await asyncio.wait_for(anext(lines), 30)).decode()
            if line.startswith("id: "):
                fields = dict(part.split(": ", 1) for part in line.strip().split("\n"))
                seen.append(json.loads(fields["data"])["number"])
                last_id, taken = fields["id"], taken + 1
    finally:
        await lines.aclose()  # type: ignore[attr-defined]
    return last_id


def writing(total: int, pause: float) -> threading.Thread:
    """Facts written by another connection, a few at a time, with those of another workspace between them."""

    def work() -> None:
        chance, number = random.Random(7), 0
        while number < total:
            some = min(chance.randint(1, 4), total - number)
            write(*range(number, number + some))
            write(-1, workspace=2)
            number += some
            threading.Event().wait(pause * chance.random())
        connection.close()

    return threading.Thread(target=work)


def test_nothing_is_lost_or_doubled_over_many_reconnections_while_facts_are_written() -> None:
    seen: list[int] = []

    async def browse() -> None:
        writer, chance, last = writing(400, 0.01), random.Random(3), ""
        writer.start()
        while len(seen) < 400:
            last = await read(seen, last_id=last, until=min(chance.randint(1, 25), 400 - len(seen)))
            await asyncio.sleep(0.005 * chance.random())
        await asyncio.to_thread(writer.join)

    asyncio.run(browse())
    assert seen == list(range(400))


def test_what_is_sealed_between_the_reading_of_the_past_and_the_first_hearing_is_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The hub's first connection is slow; meanwhile the reader could already have read the past."""
    seen: list[int] = []
    connect = live._connect

    async def slow() -> Any:
        database = await connect()
        if asyncio.current_task() is live.hub._hearing:
            await asyncio.sleep(0.3)
            await asyncio.to_thread(_write_apart, 2)
        return database

    monkeypatch.setattr(live, "_connect", slow)
    write(1)

    async def browse() -> None:
        reader = asyncio.create_task(read(seen, until=3))
        await asyncio.sleep(1)
        await asyncio.to_thread(_write_apart, 3)
        await reader

    asyncio.run(browse())
    assert seen == [1, 2, 3]


def test_a_reader_that_comes_as_the_last_one_leaves_is_heard() -> None:
    seen: list[int] = []

    async def browse() -> None:
        last = ""
        for number in range(25):
            reader = asyncio.create_task(read(seen, last_id=last, until=1))
            await asyncio.sleep(0.001 * number)
            await asyncio.to_thread(_write_apart, number)
            last = await reader

    asyncio.run(browse())
    assert seen == list(range(25))


def test_a_reader_too_far_behind_is_cut_off_before_it_misses_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "BACKLOG", 5)
    seen: list[int] = []

    async def follow() -> bool:
        events = live.hub.follow(0, mine)
        write_apart = asyncio.to_thread(_write_apart, 0)
        await write_apart
        first = await anext(events)
        assert first is not None
        seen.append(first.about["number"])
        await asyncio.to_thread(_write_apart, *range(1, 30))
        await asyncio.sleep(1.5)  # the hub has heard them all; we have taken none
        async for event in events:
            if event is not None:
                seen.append(event.about["number"])
        return True

    assert asyncio.run(asyncio.wait_for(follow(), 30))
    assert seen == list(range(len(seen)))
    assert len(seen) < 30


def test_a_reader_hears_only_what_it_wants() -> None:
    seen: list[int] = []
    write(5, workspace=2)
    write(6)
    asyncio.run(read(seen, until=1))
    assert seen == [6]


def test_a_page_without_a_last_event_begins_where_it_stands() -> None:
    seen: list[int] = []
    write(1, 2)
    write(3)
    asyncio.run(read(seen, head=2, until=1))
    assert seen == [3]


@pytest.mark.parametrize("nonsense", ["-1", "1; DROP TABLE", "², "])
def test_a_last_event_id_that_is_none_is_not_believed(nonsense: str) -> None:
    request = RequestFactory().get("/", {"since": nonsense})
    assert live._last_seen(request, 7) == 7


def _write_apart(*numbers: int) -> None:
    write(*numbers)
    connection.close()


def test_readers_go_on_when_the_journal_is_another_than_before() -> None:
    """A backup was restored: positions begin again, and a browser remembers one that is not there any more."""
    seen: list[int] = []

    async def browse() -> None:
        await asyncio.to_thread(_written_elsewhere, 1, 2, 3)
        idle = asyncio.create_task(read([], head=3, until=1))
        await asyncio.sleep(0.2)
        await asyncio.to_thread(_restored)
        await asyncio.sleep(1.5)
        going_on = asyncio.create_task(read(seen, last_id="3", until=1))
        await asyncio.sleep(0.5)
        await asyncio.to_thread(_written_elsewhere, 7)
        await going_on
        idle.cancel()
        await asyncio.gather(idle, return_exceptions=True)

    asyncio.run(browse())
    assert seen == [7]


def _written_elsewhere(*numbers: int) -> None:
    write(*numbers)
    connection.close()


def _restored() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE journal_entry RESTART IDENTITY CASCADE")
    connection.close()


def test_one_reader_holds_only_so_many_streams_open_and_others_are_not_held_up_by_them() -> None:
    async def first_line(reader: str) -> tuple[Any, bytes]:
        request = RequestFactory().get("/")
        lines: Any = live.stream(request, mine, content, head=0, reader=reader).streaming_content
        return lines, await anext(lines)

    async def many() -> None:
        held = [await first_line("greedy") for _number in range(live.MOST)]
        assert {line for _lines, line in held} == {b": open\nretry: 1500\n\n"}
        _beyond, said = await first_line("greedy")
        assert said == b"retry: 60000\n\n"
        other, said = await first_line("another")
        assert said.startswith(b": open")
        await held[0][0].aclose()
        await asyncio.sleep(0.05)  # the loop closes what was inside
        again, said = await first_line("greedy")
        assert said.startswith(b": open")
        for lines in (other, again, *(lines for lines, _line in held)):
            await lines.aclose()
        await asyncio.sleep(0.05)

    asyncio.run(many())
    assert not live._open


@pytest.mark.django_db(transaction=True)
def test_a_reader_who_asks_for_everything_is_given_it_a_part_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_AT_ONCE", 3)
    write(*range(10))
    journal.seal()
    seen: list[int] = []
    asyncio.run(read(seen, until=10))
    assert seen == list(range(10))
