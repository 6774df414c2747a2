"""How soon a pushed request is acknowledged while the worker works: `python -m benchmarks.inbound`.

Requests leave at their appointed instants whether or not those before were answered, and each is timed from its
instant, so that a server that stops for a moment is charged with all that waited.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from datetime import UTC, datetime

from benchmarks.figures import spread, target, tell
from benchmarks.installation import Installation, a_team, conditions, installation
from benchmarks.short_messages import built_in_messages
from binome.sdk.signing import sign

CONNECTIONS = 16

READY = 5
"""Seconds that a worker takes, after its first messages, to have everything in memory."""


def main() -> None:
    options = _options()
    before = conditions()
    with installation() as place:
        path, secret = _channel()
        with place.site(), place.process("worker"):
            asyncio.run(_push(place, path, secret, rate=20, seconds=2))  # warm
            _until_entered(20 * 2)
            time.sleep(READY)
            done = asyncio.run(_push(place, path, secret, rate=options.rate, seconds=options.seconds))
            caught_up = _until_entered(20 * 2 + options.rate * options.seconds)
    statuses = [status for status, _seconds in done]
    times = spread([seconds for _status, seconds in done])
    tell(
        before
        | {
            "requests_per_s": options.rate,
            "requests": len(done),
            "acknowledged": statuses.count(202),
            "milliseconds": times,
            "p99_ms": target(times["p99"], 50),
            "worker_finished_s_after_the_last": caught_up,
        }
    )


def _channel() -> tuple[str, str]:
    """A webhook channel of a new workspace: its address and its secret."""
    from binome.channels import services as channels

    values = {"reply_url": "https://example.org/replies"}
    channel = channels.connect_channel(
        a_team().workspace, connector="webhook", name="Webhook", values=values, actor="system"
    )
    return f"/in/{channel.public_id}/", channels.secret(channel, "signing_secret")


async def _push(place: Installation, path: str, secret: str, *, rate: int, seconds: int) -> list[tuple[int, float]]:
    """Status and seconds of each request."""
    free: asyncio.Queue[_Line] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await _Line.to(place.port))
    start = time.perf_counter() + 0.2
    texts = built_in_messages(rate * seconds)
    calls = [_at(start + i / rate, free, _request(path, secret, f"{rate}-{i}", text)) for i, text in enumerate(texts)]
    return await asyncio.gather(*calls)


async def _at(instant: float, free: asyncio.Queue[_Line], request: bytes) -> tuple[int, float]:
    await asyncio.sleep(instant - time.perf_counter())
    line = await free.get()
    status = await line.send(request)
    free.put_nowait(line)
    return status, time.perf_counter() - instant


class _Line:
    """One connection, kept open from request to request."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def to(cls, port: int) -> _Line:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def send(self, request: bytes) -> int:
        """The status of the answer, read to its end."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        await self._reader.readexactly(int(lengths[0].partition(b":")[2]))
        return int(head.split(b" ", 2)[1])


def _request(path: str, secret: str, number: str, text: str) -> bytes:
    """One signed event; a thread has five messages."""
    thread = number.rpartition("-")[0] + str(int(number.rpartition("-")[2]) // 5)
    data = {
        "id": f"m-{number}", "thread": f"t-{thread}", "author": {"id": f"a-{thread}", "name": "Camille"},
        "text": text, "sent_at": datetime.now(UTC).isoformat(),
    }  # fmt: skip
    body = json.dumps({"type": "message.created", "data": data}).encode()
    lines = {"host": "127.0.0.1", "content-type": "application/json", "content-length": str(len(body))}
    signed = lines | sign(secret, message_id=f"e-{number}", body=body)
    head = "".join(f"{name}: {value}\r\n" for name, value in signed.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def _until_entered(count: int) -> float | str:
    """Seconds until the worker has entered them all."""
    from binome.inbox.models import Message

    start = time.perf_counter()
    while time.perf_counter() - start < 120:
        if Message.objects.filter(by="member").count() == count:
            return round(time.perf_counter() - start, 2)
        time.sleep(0.05)
    return "not within 120 s"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=100, help="requests a second")
    parser.add_argument("--seconds", type=int, default=20)
    return parser.parse_args()


if __name__ == "__main__":
    main()
