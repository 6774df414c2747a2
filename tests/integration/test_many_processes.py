"""Two of each process against one PostgreSQL, one of each killed in the middle of a burst: nothing lost, nothing twice."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import httpx
import pytest

from binome.accounts.models import User
from binome.autonomy import services as autonomy
from binome.channels import services as channels
from binome.channels.models import Arrival, Channel, Delivery
from binome.inbox.models import Conversation, Message
from binome.journal import services as journal
from binome.journal.models import Entry, Setback
from binome.kit import clock
from binome.knowledge import services as knowledge
from binome.knowledge.services import Writing
from binome.sdk.signing import sign
from binome.workspaces import services as workspaces
from binome.workspaces.models import Workspace
from tests.fixtures.home import new_port
from tests.fixtures.site import PROJECT
from tests.fixtures.site import _environment as environment
from tests.workers import all_decided, wait_until

VISITORS, EACH, PUSHED = 40, 10, 100
QUESTION = "slt vs ouvrez koi dimanche ?"


@dataclass
class Places:
    """Where the burst arrives, and the keys of the replies that the webhook's program was sent."""

    widget: Channel
    webhook: Channel
    received: list[str]


@pytest.fixture
def program() -> Iterator[ThreadingHTTPServer]:
    """The program behind the webhook: it notes the key of each reply."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            server.received.append(self.headers["idempotency-key"])  # type: ignore[attr-defined]
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.received = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def places(transactional_db: None, program: ThreadingHTTPServer) -> Places:
    owner = User.objects.create_user("ines@canal.example", name="Inès Carrel", language="fr")
    place = workspaces.create_workspace("Canal", owner=owner, language="fr")
    entry = Writing("Êtes-vous ouverts le dimanche ?", "Le café seul.", "fr", alternatives=[QUESTION])
    knowledge.write_source(place.workspace, entry, actor="test")
    autonomy.open_on_trial(
        autonomy.lane(place.workspace.pk, act="answer", topic="faq", language="fr"), membership=place
    )
    home = {"reply_url": f"http://127.0.0.1:{program.server_port}/", "private_networks": "true"}
    return Places(
        _channel(place.workspace, "widget", {}),
        _channel(place.workspace, "webhook", home),
        program.received,  # type: ignore[attr-defined]
    )


def _channel(workspace: Workspace, connector: str, values: dict[str, str]) -> Channel:
    return channels.connect_channel(workspace, connector=connector, name=connector, values=values, actor="test")


@contextmanager
def running(*arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    """One command of `binome` beside the others, killed at the end of the block if it still lives."""
    given = {**environment(), "DJANGO_SETTINGS_MODULE": "binome.config.settings"}
    process = subprocess.Popen([sys.executable, "-m", "binome", *arguments], cwd=PROJECT, env=given)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_and_nothing_done_twice_when_one_of_each_is_killed_in_a_burst(places):
    webs = [new_port(), new_port()]
    commands = [*(("web", "--bind", f"127.0.0.1:{port}") for port in webs), *(("worker",), ("listen",)) * 2]
    with _all_running(commands) as processes:
        for port in webs:
            wait_until(lambda port=port: _answers(port))
        asyncio.run(_burst(places, webs, kill=lambda: [_kill(processes[place]) for place in (1, 2, 3)]))
        wait_until(_all_is_done, 60)

    assert Arrival.objects.count() == VISITORS * EACH + PUSHED
    assert not Arrival.objects.exclude(problem="").exists()
    asked = Message.objects.filter(by="member")
    assert asked.filter(channel=places.widget).count() == VISITORS * EACH
    assert asked.filter(channel=places.webhook).count() == PUSHED
    assert Conversation.objects.count() == VISITORS + PUSHED
    outcomes = Counter(Entry.objects.filter(kind="MessageUnderstood").values_list("about__message", flat=True))
    assert set(outcomes.values()) == {1}
    assert set(outcomes) == set(asked.values_list("pk", flat=True))
    _nothing_left_twice(places)
    assert not Setback.objects.exists()
    while journal.seal():  # what was written between the last look and the stop
        pass
    assert journal.verify() == Entry.objects.count()


def _nothing_left_twice(places: Places) -> None:
    """Each reply is one line of the ledger; no question was answered by two."""
    replies = Message.objects.exclude(by="member")
    assert replies.count() == Delivery.objects.count() > 0
    assert set(Delivery.objects.filter(channel=places.widget).values_list("state", flat=True)) == {"sent"}
    pushed = Counter(Delivery.objects.filter(channel=places.webhook).values_list("state", flat=True))
    assert set(pushed) <= {"sent", "unknown"}, set(Delivery.objects.values_list("failure", "detail"))
    assert pushed["unknown"] <= 1  # what the killed worker was sending: told to a person, never sent again
    assert set(Counter(places.received).values()) == {1}
    assert len(places.received) >= pushed["sent"] > 0
    acted = Counter(Entry.objects.filter(kind="ActedAlone").values_list("about__message", flat=True))
    assert set(acted.values()) == {1}
    settled = Counter(Entry.objects.filter(kind="DeliverySettled", about__state="sent").values_list("about__delivery"))
    assert set(settled.values()) <= {1}


@contextmanager
def _all_running(commands) -> Iterator[list["subprocess.Popen[bytes]"]]:
    with ExitStack() as stack:
        yield [stack.enter_context(running(*command)) for command in commands]


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/account/login/", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def _kill(process: "subprocess.Popen[bytes]") -> None:
    assert process.poll() is None, "it fell by itself"
    os.kill(process.pid, signal.SIGKILL)


def _all_is_done() -> bool:
    """Everything that came was sealed, read and decided, and what leaves has left."""
    if not all_decided(VISITORS * EACH + PUSHED):
        return False
    return not Delivery.objects.filter(state__in=["due", "sending"]).exists()


async def _burst(places: Places, webs: list[int], *, kill: Callable[[], object]) -> None:
    done = 0

    async def count(one) -> None:
        nonlocal done
        await one
        done += 1
        if done == (VISITORS * EACH + PUSHED) // 3:
            kill()

    async with httpx.AsyncClient(timeout=20, limits=httpx.Limits(max_connections=16)) as client:
        visits = [_visit(client, places.widget, webs, rank, count) for rank in range(VISITORS)]
        pushes = [count(_push(client, places.webhook, webs, number)) for number in range(PUSHED)]
        await asyncio.gather(*visits, *pushes)


async def _visit(client: httpx.AsyncClient, widget: Channel, webs: list[int], rank: int, count) -> None:
    answer = await _insist(client, webs, rank, f"/widget/{widget.public_id}/visitors/", b"")
    visitor = answer.json()["visitor"]
    for number in range(EACH):
        body = {"id": str(uuid4()), "text": f"{QUESTION} {number}", "sent_at": clock.now().isoformat()}
        headers = {"x-visitor": visitor}
        content = json.dumps(body).encode()
        await count(_insist(client, webs, rank + number, f"/widget/{widget.public_id}/messages/", content, headers))


async def _push(client: httpx.AsyncClient, webhook: Channel, webs: list[int], number: int) -> None:
    body = json.dumps(
        {
            "type": "message.created",
            "data": {
                "id": f"m{number}", "thread": f"t{number}", "author": {"id": f"a{number}"},
                "text": QUESTION, "sent_at": clock.now().isoformat(),
            },
        }
    ).encode()  # fmt: skip
    headers = sign(channels.secret(webhook, "signing_secret"), message_id=f"event-{number}", body=body)
    await _insist(client, webs, number, f"/in/{webhook.public_id}/", body, headers)


async def _insist(
    client: httpx.AsyncClient,
    webs: list[int],
    turn: int,
    path: str,
    content: bytes,
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    """Send the same until it is received, at one address then the other, as browsers and platforms do."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        home = f"http://127.0.0.1:{webs[turn % 2]}"
        try:
            answer = await client.post(home + path, content=content, headers={"origin": home, **(headers or {})})
            if answer.status_code in (200, 202):
                return answer
            assert answer.status_code == 429 or answer.status_code >= 500, (answer.status_code, answer.text[:500])
        except httpx.TransportError:
            pass
        turn += 1
        await asyncio.sleep(0.1)
    raise AssertionError(f"{path} was never received")
