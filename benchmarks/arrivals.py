"""From what a platform sent to the answer that left: messages a second, and how long one person waits.

`python -m benchmarks.arrivals`: the worker's own loop over stored arrivals (parsed, read, decided, answered or handed
over, delivered), then single questions to a sleeping worker, timed from the request to the delivery.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from uuid import UUID

from benchmarks.figures import spread, target, tell
from benchmarks.installation import Installation, a_team, conditions, installation
from benchmarks.short_messages import short_messages

PER_THREAD = 5
QUESTIONS = 20

ENTRIES = (
    ("À quelle heure ouvre la bibliothèque ?", "La bibliothèque ouvre à 10 h, du mardi au samedi.", "fr"),
    ("Combien coûte la cotisation annuelle ?", "La cotisation annuelle est de 20 €, ou de 10 € pour les étudiants.", "fr"),
    ("Où se trouve l’atelier vélo ?", "L’atelier vélo est au 12, quai du Canal, au fond de la cour.", "fr"),
    ("Comment réserver la salle du haut ?", "La salle du haut se réserve à l’accueil, une semaine à l’avance.", "fr"),
    ("When does the repair café take place?", "The repair café takes place on the first Saturday of each month.", "en"),
    ("How do I unsubscribe from the newsletter?", "Each issue of the newsletter ends with a link to unsubscribe.", "en"),
    ("Who may join the youth choir?", "Anyone from 8 to 16 may join the youth choir, without audition.", "en"),
    ("How much is the membership card?", "The membership card is free for members.", "en"),
)  # fmt: skip


def main() -> None:
    options = _options()
    before = conditions()
    with installation() as place:
        channel = _community()
        _work()
        stored = _store(channel, options)
        with _profiled(options.profile):
            seconds = _timed(_work)
        result = {"messages": stored, "seconds": round(seconds, 1), "messages_per_s": round(stored / seconds, 1)}
        result |= {"what_became_of_them": _outcome()}
        waits = _questions(place, channel)
    delivered = spread(waits)
    tell(
        before
        | {"arrivals": result, "one_question_ms": delivered, "one_question_p95_s": target(delivered["p95"] / 1_000, 1)}
    )


def _community() -> Any:
    """A chat channel where the AI may answer, with a few entries."""
    from binome.autonomy import services as autonomy
    from binome.channels import services as channels
    from binome.knowledge import services as knowledge
    from binome.knowledge.services import Writing

    owner = a_team()
    writings = [(Writing(question, answer, language), None) for question, answer, language in ENTRIES]
    knowledge.write_sources(owner.workspace, writings, actor="system")
    for language in ("fr", "en"):
        lane = autonomy.lane(owner.workspace_id, act="answer", topic="faq", language=language)
        autonomy.open_on_trial(lane, membership=owner, daily_cap=100_000)
    return channels.connect_channel(owner.workspace, connector="widget", name="Chat", values={}, actor="system")


def _store(channel: Any, options: argparse.Namespace) -> int:
    """Arrivals as the web server stores them; a visitor writes five times."""
    from binome.channels import services as channels
    from binome.sdk.types import Payload

    texts, _origin = short_messages(options.data, options.messages)
    for i, text in enumerate(texts):
        channels.receive(channel, [Payload(_chat(i, f"v{i // PER_THREAD}", text), f"k{i}")])
    return len(texts)


def _chat(number: int, visitor: str, text: str) -> bytes:
    content = {"id": str(UUID(int=number)), "visitor": visitor, "thread": visitor, "text": text, "language": "fr"}
    return json.dumps(content | {"sent_at": datetime.now(UTC).isoformat()}).encode()


def _work() -> None:
    from binome.console.loops import work_until_idle

    work_until_idle()


def _timed(work: Any) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _outcome() -> dict[str, int]:
    """Every message entered and read, and what was decided and delivered."""
    from binome.channels.models import Delivery
    from binome.inbox.models import HandOver, Message
    from binome.journal.models import Setback

    return {
        "entered": Message.objects.filter(by="member").count(),
        "read": Message.objects.filter(by="member", annotations__isnull=False).distinct().count(),
        "answered_alone": Message.objects.filter(by="ai").exclude(sources=[]).count(),
        "handed_over": HandOver.objects.count(),
        "delivered": Delivery.objects.filter(state="sent").count(),
        "not_delivered": Delivery.objects.exclude(state="sent").count(),
        "setbacks": Setback.objects.count(),
    }


def _questions(place: Installation, channel: Any) -> list[float]:
    """Seconds from each request to the delivery of its answer; the worker sleeps before each."""
    from binome.channels.models import Delivery

    waits = []
    with place.site(), place.process("worker"):
        for i in range(QUESTIONS + 2):
            time.sleep(2.5)
            before = Delivery.objects.filter(state="sent").count()
            start = time.perf_counter()
            _ask(place, channel, _chat(10**9 + i, f"q{i}", ENTRIES[i % len(ENTRIES)][0]))
            while Delivery.objects.filter(state="sent").count() == before:
                time.sleep(0.005)
                if time.perf_counter() - start > 60:
                    raise SystemExit("a question had no answer within a minute")
            waits.append(time.perf_counter() - start)
    return waits[2:]  # the first ones load models


def _ask(place: Installation, channel: Any, body: bytes) -> None:
    headers = {"content-type": "application/json", "origin": place.url}
    urlopen(Request(f"{place.url}/in/{channel.public_id}/", body, headers), timeout=60).close()


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
    parser.add_argument("--profile", type=Path, help="where to write the worker's profile (cProfile)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
