"""From stored raw payloads to stored annotations: messages a second, end to end: `python -m benchmarks.understanding`.

The worker's own loop without the assistant: facts sealed, arrivals parsed and entered, messages read by every stage, all
in embedded PostgreSQL. Then where the time went.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.figures import target, tell
from benchmarks.installation import a_team, conditions, installation
from benchmarks.short_messages import short_messages

PER_THREAD = 5
READERS = ("inbox.receive", "understanding.read", "understanding.forget")
WARM = 512


def main() -> None:
    options = _options()
    before = conditions()
    with installation():
        texts, origin = short_messages(options.data, options.messages + WARM)
        channel = _channel()
        _store(channel, texts[:WARM], first=0)
        _work({})
        _store(channel, texts[WARM:], first=WARM)
        spent: dict[str, float] = {}
        start = time.perf_counter()
        with _profiled(options.profile):
            _work(spent)
        seconds = time.perf_counter() - start
        kept = _kept()
    rate = options.messages / seconds
    figures = {
        "messages": options.messages,
        "texts": origin,
        "seconds": round(seconds, 2),
        "per_second": target(round(rate), 700, at_most=False),
    }
    share = {
        name: round(1_000_000 * took / options.messages)
        for name, took in sorted(spent.items(), key=lambda one: -one[1])
    }
    tell(before | figures | {"microseconds_a_message": share} | kept)


def _channel() -> Any:
    from binome.channels import services as channels

    return channels.connect_channel(a_team().workspace, connector="widget", name="Chat", values={}, actor="system")


def _store(channel: Any, texts: list[str], first: int) -> None:
    """Payloads as the web server stores them; a visitor writes five times."""
    from binome.channels import services as channels
    from binome.sdk.types import Payload

    for i, text in enumerate(texts, start=first):
        visitor = f"v{i // PER_THREAD}"
        content = {"id": str(UUID(int=i)), "visitor": visitor, "thread": visitor, "text": text, "language": "fr"}
        content |= {"sent_at": datetime.now(UTC).isoformat()}
        channels.receive(channel, [Payload(json.dumps(content).encode(), f"k{i}")])


def _work(spent: dict[str, float]) -> None:
    """Until nothing is left: what the worker does before the assistant is asked."""
    from binome.journal import listening
    from binome.journal import services as journal

    readers = {
        name: partial(listening.read, one)
        for name, one in listening.listeners.items()
        if name.startswith(("inbox.", "understanding."))
    }
    work: dict[str, Callable[[], int]] = {"journal.seal": journal.seal, **readers}
    while sum([_timed(name, one, spent) for name, one in work.items()]):
        pass


def _timed(name: str, work: Callable[[], int], spent: dict[str, float]) -> int:
    start = time.perf_counter()
    done = work()
    spent[name] = spent.get(name, 0.0) + time.perf_counter() - start
    return done


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


def _profiled(path: Path | None) -> Any:
    from contextlib import contextmanager

    @contextmanager
    def run() -> Any:
        if path is None:
            yield
            return
        import cProfile

        with cProfile.Profile() as profile:
            yield
        profile.dump_stats(path)

    return run()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="the folder of real texts")
    parser.add_argument("--messages", type=int, default=5_000)
    parser.add_argument("--profile", type=Path, help="where to write the profile (cProfile)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
