"""From what a platform sent to the answer that left: messages a second, and how long one person waits.

`python -m benchmarks.arrivals`: the worker's own loop over stored arrivals (parsed, read, decided, answered or handed
over, delivered), then single questions to what `binome up` runs, timed from the request to the delivery: while it sleeps, and
while years of replies are read in (`benchmarks.past`) to the community that is asked.
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

from django.db.models import Max

from benchmarks.figures import spread, target, tell
from benchmarks.installation import Installation, a_team, conditions, installation
from benchmarks.past import written
from benchmarks.short_messages import short_messages

PER_THREAD = 5
QUESTIONS = 20

PAUSE = 1.5
"""Seconds before each question, in which the worker falls asleep."""

LONGEST = 600.0
"""Seconds after which no more is asked beside an import, over or not."""

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
        with place.site("up"):
            asking = _Asking(place, channel)
            [asking.wait() for _first in range(2)]  # they load models
            quiet = spread([asking.wait() for _question in range(QUESTIONS)])
            beside = _beside_an_import(asking, options)
    tell(
        before
        | {
            "arrivals": result,
            "one_question_ms": quiet,
            "one_question_p95_s": target(quiet["p95"] / 1_000, 1),
            "one_question_while_years_of_replies_are_read_in": beside,
        }
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


class _Asking:
    """Visitors of a chat who ask one after the other, each something that an entry answers."""

    def __init__(self, place: Installation, channel: Any) -> None:
        self.place, self.channel, self.asked = place, channel, 0

    def wait(self) -> float:
        """Seconds from the next question's request to the delivery of its answer."""
        from binome.channels.models import Delivery

        time.sleep(PAUSE)
        last = Delivery.objects.aggregate(last=Max("pk"))["last"] or 0
        start = time.perf_counter()
        self._ask()
        while not Delivery.objects.filter(pk__gt=last, state="sent").exists():
            time.sleep(0.005)
            if time.perf_counter() - start > 60:
                raise SystemExit("a question had no answer within a minute")
        return time.perf_counter() - start

    def _ask(self) -> None:
        number, self.asked = self.asked, self.asked + 1
        body = _chat(10**9 + number, f"q{number}", ENTRIES[number % len(ENTRIES)][0])
        headers = {"content-type": "application/json", "origin": self.place.url}
        urlopen(Request(f"{self.place.url}/in/{self.channel.public_id}/", body, headers), timeout=60).close()


def _beside_an_import(asking: _Asking, options: argparse.Namespace) -> dict[str, Any]:
    """What questions wait from the moment when a file of the past is handed in until all of it is learnt from and looked at."""
    from binome.knowledge.memory import taking

    path = written(asking.place.home, options.past, options.data)
    with path.open("rb") as content:
        intake = taking.prepare(asking.channel.workspace, path.name, content, actor="benchmark")
    waits, start = [], time.perf_counter()
    while not _is_learnt(intake) and time.perf_counter() - start < options.beside:
        waits.append(asking.wait())
        intake.refresh_from_db()
        if intake.state == intake.State.PREVIEW:
            taking.confirm(intake)
    took = time.perf_counter() - start
    over = {
        "past_messages": options.past,
        "taken": intake.taken,
        "learnt": _is_learnt(intake),
        "seconds": round(took, 1),
    }
    return over | {"questions": len(waits), "ms": spread(waits)}


def _is_learnt(intake: Any) -> bool:
    from binome.knowledge.memory.models import Problem, Waiting

    left = Waiting.objects.exists() or Problem.objects.filter(looked_at=None).exists()
    return intake.state == intake.State.DONE and not left


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
    parser.add_argument("--past", type=int, default=60_000, help="past messages that are read in")
    parser.add_argument("--beside", type=float, default=LONGEST, help="seconds at most of questions beside that")
    parser.add_argument("--profile", type=Path, help="where to write the worker's profile (cProfile)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
