"""From stored raw payloads to stored annotations: messages a second, end to end: `python -m benchmarks.understanding`.

The worker's own loop without the assistant: facts sealed, arrivals parsed and entered, messages read by every stage, all
in embedded PostgreSQL. Two workers share the work unless `--workers` says otherwise: while one enters messages, the other
reads those before. Then where the time went, all workers together.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from benchmarks.figures import target, tell
from benchmarks.installation import a_team, conditions, installation
from benchmarks.short_messages import short_messages

PER_THREAD = 5
AT_ONCE = 200
"""Payloads stored together, so that the preparation does not wait for the disk for each."""

DISTINCT = 20_000
"""Real texts; of more messages, these come again with a number."""
PROCESSOR = "processor, PostgreSQL's not counted"
WARM = 512

FASTEST = 2_000
"""Messages a second that are never reached: so long as they would take is not asked whether they are read, since counting
takes its time too."""

LONG = 50_000
"""Messages from which on it is told how fast each tenth of them was read."""

Looks = list[tuple[float, int]]
"""Seconds since the start, and how many messages had been read by then."""


def main() -> None:
    options = _options()
    before = conditions()
    with installation():
        texts, origin = short_messages(options.data, min(options.messages, DISTINCT) + WARM)
        channel = _channel()
        with _workers(options) as (work, spent):
            _store(channel, texts[:WARM], first=0)
            work(WARM)
            spent.clear()
            _store(channel, _repeated(texts[WARM:], options.messages), first=WARM)
            looks = work(options.messages)
            seconds = looks[-1][0]
            took = _together(spent)
        kept = _kept()
    rate = options.messages / seconds
    if options.messages >= LONG:
        kept = {"per_second_by_tenth": _by_tenth(looks, options.messages)} | kept
    figures = {
        "messages": options.messages,
        "distinct_texts": len(texts) - WARM,
        "workers": options.workers,
        "a_core_each": options.own_core,
        "texts": origin,
        "seconds": round(seconds, 2),
        "per_second": target(round(rate), 700, at_most=False),
    }
    share = {
        name: round(1_000_000 * each / options.messages) for name, each in sorted(took.items(), key=lambda one: -one[1])
    }
    tell(before | figures | {"microseconds_a_message": share} | kept)


def _channel() -> Any:
    from binome.channels import services as channels

    return channels.connect_channel(a_team().workspace, connector="widget", name="Chat", values={}, actor="system")


def _store(channel: Any, texts: Iterable[str], first: int) -> None:
    """Payloads as they are stored when they arrive; a visitor writes five times."""
    from binome.channels import services as channels
    from binome.sdk.types import Payload

    payloads = (Payload(_chat(i, text), f"k{i}") for i, text in enumerate(texts, start=first))
    while some := list(islice(payloads, AT_ONCE)):
        channels.receive(channel, some)


def _chat(number: int, text: str) -> bytes:
    visitor = f"v{number // PER_THREAD}"
    content = {"id": str(UUID(int=number)), "visitor": visitor, "thread": visitor, "text": text, "language": "fr"}
    return json.dumps(content | {"sent_at": datetime.now(UTC).isoformat()}).encode()


def _repeated(texts: list[str], count: int) -> Iterator[str]:
    """So many messages; after the distinct ones, the same again with a number that makes each another."""
    for i in range(count):
        yield texts[i % len(texts)] if i < len(texts) else f"{texts[i % len(texts)]} ({i // len(texts)})"


@contextmanager
def _workers(options: argparse.Namespace) -> Iterator[tuple[Callable[[int], Looks], Any]]:
    """So many processes that work when asked to: a function that waits until so many messages were read and gives what
    it saw meanwhile, and what each part of the work took."""
    from binome.console.readiness import close_connections

    close_connections()
    around = multiprocessing.get_context("fork")
    with around.Manager() as manager:
        spent, awake, stop = manager.dict(), around.Event(), around.Event()
        shared = (spent, awake, stop)
        processes = [around.Process(target=_worker, args=(at, options, *shared)) for at in range(options.workers)]
        for process in processes:
            process.start()

        def work(messages: int) -> Looks:
            before, start = _read(), time.perf_counter()
            looks = [(0.0, 0)]
            awake.set()
            while (left := messages - looks[-1][1]) > 0:
                time.sleep(min(max(0.02, left / FASTEST), 5.0))
                looks.append((time.perf_counter() - start, _read() - before))
                if not all(process.is_alive() for process in processes):
                    raise SystemExit("a worker died")
            awake.clear()
            return looks

        try:
            yield work, spent
        finally:
            stop.set()
            awake.set()
            for process in processes:
                process.join(30)


def _worker(at: int, options: argparse.Namespace, spent: Any, awake: Any, stop: Any) -> None:
    """What a worker does before the assistant is asked, whenever it is awake."""
    from binome.console.readying import get_ready
    from binome.journal import listening
    from binome.journal import services as journal

    readers = {
        name: partial(listening.read, one)
        for name, one in listening.listeners.items()
        if name.startswith(("inbox.", "understanding."))
    }
    work: dict[str, Callable[[], int]] = {"journal.seal": journal.seal, **readers}
    if options.own_core:
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[at % len(cores)]})
    get_ready()
    with _profiled(None if at else options.profile):
        while awake.wait() and not stop.is_set():
            before = time.process_time()
            done = {name: _timed(one) for name, one in work.items()}
            done[PROCESSOR] = (1, time.process_time() - before)
            for name, (count, seconds) in done.items():
                spent[at, name] = spent.get((at, name), 0.0) + (seconds if count else 0.0)
            if not any(count for name, (count, _seconds) in done.items() if name != PROCESSOR):
                time.sleep(0.005)


def _read() -> int:
    """Messages whose readings are stored."""
    from binome.understanding.models import Understood

    return Understood.objects.count()


def _by_tenth(looks: Looks, messages: int) -> list[int]:
    """Messages read a second in each tenth of them, in order."""
    at = np.interp(np.linspace(0, messages, 11), [read for _time, read in looks], [seconds for seconds, _read in looks])
    return [round(each) for each in messages / 10 / np.diff(at)]


def _together(spent: Any) -> dict[str, float]:
    """Seconds by part of the work, those of all workers together."""
    took: dict[str, float] = {}
    for (_worker, name), seconds in spent.items():
        took[name] = took.get(name, 0.0) + seconds
    return took


def _timed(work: Callable[[], int]) -> tuple[int, float]:
    start = time.perf_counter()
    done = work()
    return done, time.perf_counter() - start


def _kept() -> dict[str, Any]:
    """Every message read, and what that takes in the database."""
    from django.db import connection

    from binome.inbox.models import Message
    from binome.understanding.models import Annotation, Understood

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_total_relation_size('understanding_understood') + pg_total_relation_size('understanding_annotation')"
        )
        size = cursor.fetchone()[0]
    messages, read = Message.objects.count(), Understood.objects.count()
    return {
        "entered": messages,
        "read": read,
        "rows_that_matter_a_message": round(Annotation.objects.count() / read, 2),
        "bytes_a_message": round(size / read),
    }


@contextmanager
def _profiled(path: Path | None) -> Iterator[None]:
    if path is None:
        yield
        return
    import cProfile

    with cProfile.Profile() as profile:
        yield
    profile.dump_stats(path)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="the folder of real texts")
    parser.add_argument("--messages", type=int, default=5_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--own-core", action="store_true", help="each worker on a core of its own, where it reads with one thread"
    )
    parser.add_argument("--profile", type=Path, help="where to write the profile of one worker (cProfile)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
