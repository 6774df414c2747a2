"""Years of made-up exchanges, as an export of JSON Lines: `python -m benchmarks.past FILE --messages 100000`.

Questions are real ones (the demo's, intents in English, pages of a public service in French); a part of them are put
in words that nobody used before, the others repeat what was said, the more often the more it was (Simon 1955). So the
different wordings grow with the history, few come often and most once. Answers change with the years.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from evals.loading import DEFAULT, rows

DEMO = Path(__file__).resolve().parents[1] / "binome" / "console" / "demo" / "history.jsonl"
INTENTS = ("clinc150", "banking77", "hwu64")

BEGAN, YEARS = datetime(2020, 1, 6, 8, tzinfo=UTC), 6
NEW = 0.32
"""The share of questions whose wording nobody used before."""

OFTEN = 0.6
"""The share of new wordings that are of a matter as often as it came already; the others are of any."""

MEMBERS = 0.2
"""Different members for each thread."""

TEAM = ("Léa", "Ali", "Inès", "Marc", "Ada", "Tom", "Chloé", "Samir", "Julie", "Noah", "Zoé", "Hugo")
CHANNELS = ("chat", "mail", "forum", "instagram", "facebook")
SHAPES = ("qa", "qa", "qat", "qat", "qat", "qaqa", "qaqat", "qaca", "qaraqa", "qqat", "qaqaqa", "qaca")
"""Threads: a question, an answer, thanks, the same again (r), a complaint."""

GREETINGS = {"fr": ("Bonjour, ", "Salut ! ", "Bonsoir, ", "", ""), "en": ("Hello, ", "Hi there, ", "", "", "")}
BEFORE = {
    "fr": ("je ne comprends pas : ", "une question : ", "dites-moi, ", "petite question, ", "j’ai cherché partout, ", "", "", "", ""),
    "en": ("quick one: ", "so ", "I looked everywhere, ", "one thing: ", "my partner asks: ", "", "", "", ""),
}  # fmt: skip
AFTER = {
    "fr": (
        "depuis hier", "pour mon fils", "si possible avant samedi", "j’habite à {d} km", "dossier {n}", "depuis la mise à jour",
        "sur mon téléphone", "pour {d} personnes", "je suis là jusqu’au {d} mai", "ma référence est le {n}", "", "",
    ),
    "en": (
        "since yesterday", "for my son", "before Saturday if possible", "order {n}", "my number is {n}", "since the update",
        "on my phone", "for {d} people", "I am here until May {d}", "ref {n}", "", "",
    ),
}  # fmt: skip
THANKS = {
    "fr": ("Merci beaucoup !", "parfait, merci", "super merci"),
    "en": ("Thanks a lot!", "perfect, thank you", "great, thanks"),
}
UPSET = {
    "fr": ("ça ne marche toujours pas", "toujours rien, c’est inadmissible"),
    "en": ("still not working", "still nothing, I am fed up"),
}
AGAIN = {"fr": "vous n’avez pas répondu : ", "en": "you did not answer: "}
COMMITS = (
    "About “{asked}”: allow {n} working days, then write to us.", "{matter} costs €{n}, whatever the country.",
    "Yes: “{asked}” can be done online, it takes {n} hours.", "Sorry, no {matter} before {n} May.",
    "Open the menu, then {matter}, and follow what it says: it answers “{asked}”.",
    "All of it is explained at https://help.example.org/{page}", "We look after {matter} until {hour} pm, not on Fridays.",
    "No, {matter} needs {n} days’ notice and {n} % of deposit.", "Could you tell us more? “{asked}” may mean several things.",
    "{asked} That is {n} € for members, free under {hour} years.", "I asked the person in charge of {matter}: in {n} days at most.",
)  # fmt: skip


@dataclass
class Matter:
    """What people ask about in their words, and what the team answered, the older first."""

    language: str
    questions: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)


def matters(folder: Path = DEFAULT) -> list[Matter]:
    """All that the collections hold; `DataAbsent` without them."""
    found = [*_demo(), *_pages(folder)]
    for name in INTENTS:
        found += _intents(name, folder)
    return found


def messages(count: int, folder: Path = DEFAULT, seed: int = 7) -> Iterator[dict[str, Any]]:
    """So many messages, thread by thread, the oldest threads first."""
    draw, wordings = random.Random(seed), _Wordings(matters(folder), random.Random(seed + 1))
    made, thread = 0, 0
    while made < count:
        at = BEGAN + timedelta(days=365 * YEARS) * (made / count)
        said = list(_thread(thread, at, made / count, wordings, draw))
        yield from said[: count - made]
        made, thread = made + len(said), thread + 1


class _Wordings:
    """Questions as they come (Simon 1955): a new wording, or one of those that were used, each use counting alike."""

    def __init__(self, every: list[Matter], draw: random.Random) -> None:
        self._draw = draw
        self._used: list[tuple[Matter, str]] = []
        self._said: set[str] = set()
        self._matters = every
        self._unused = {id(matter): draw.sample(matter.questions, len(matter.questions)) for matter in every}

    def next(self) -> tuple[Matter, str]:
        again = bool(self._used) and self._draw.random() >= NEW
        found = self._draw.choice(self._used) if again else self._new()
        self._used.append(found)
        return found

    def _new(self) -> tuple[Matter, str]:
        """Of any matter or, more often, of one that is asked about: a question of the collections, or one said otherwise."""
        often = bool(self._used) and self._draw.random() < OFTEN
        matter = self._draw.choice(self._used)[0] if often else self._draw.choice(self._matters)
        unused = self._unused[id(matter)]
        if unused:
            return matter, unused.pop()
        while True:
            text = self._otherwise(matter.language, self._draw.choice(matter.questions))
            if text not in self._said:
                self._said.add(text)
                return matter, text

    def _otherwise(self, language: str, text: str) -> str:
        after = self._draw.choice(AFTER[language]).format(
            n=self._draw.randrange(1_000, 99_999), d=self._draw.randrange(2, 30)
        )
        said = f"{self._draw.choice(BEFORE[language])}{text} {after}".strip()
        if self._draw.random() < 0.6:
            place = self._draw.randrange(len(said))
            said = (
                said[:place]
                + self._draw.choice((said[place] * 2, "", said[place : place + 2][::-1]))
                + said[place + 1 :]
            )
        return said


def _thread(
    number: int, at: datetime, when: float, wordings: _Wordings, draw: random.Random
) -> Iterator[dict[str, Any]]:
    shape = draw.choice(SHAPES)
    matter, asked = wordings.next()
    member = f"Membre {draw.randrange(int(number * MEMBERS) + 1)}"
    first = int(when * (len(TEAM) - 5))
    colleague, channel = draw.choice(TEAM[first : first + 5]), draw.choice(CHANNELS)
    for turn, what in enumerate(shape):
        if what == "q" and turn:
            matter, asked = wordings.next()
        text = _said(what, matter, asked, when, draw)
        at += timedelta(minutes=draw.randrange(1, 600))
        yield {
            "id": f"{number}-{turn}", "thread": f"t{number}", "at": at.isoformat(), "by": "team" if what == "a" else "member",
            "author": colleague if what == "a" else member, "text": text, "channel": channel, "language": matter.language,
            "closed": turn == len(shape) - 1 and draw.random() < 0.7,
        }  # fmt: skip


def _said(what: str, matter: Matter, asked: str, when: float, draw: random.Random) -> str:
    """The words of a turn: a question, an answer, thanks, a complaint, or the same again."""
    language = matter.language
    if what == "q":
        return draw.choice(GREETINGS[language]) + asked
    if what == "a":
        return _answer(matter, when, draw)
    if what == "r":
        return AGAIN[language] + asked
    return draw.choice((THANKS if what == "t" else UPSET)[language])


def _answer(matter: Matter, when: float, draw: random.Random) -> str:
    """What is answered at this time (0 … 1 of the years), or now and then what was said before."""
    place = int(when * len(matter.answers)) if draw.random() < 0.8 else draw.randrange(len(matter.answers))
    return matter.answers[place]


def _demo() -> list[Matter]:
    found: dict[tuple[str, str], Matter] = {}
    asked: dict[str, Matter] = {}
    for line in DEMO.read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["by"] == "member" and "?" in row["text"]:
            asked[row["thread"]] = found.setdefault((row.get("problem", ""), row["language"]), Matter(row["language"]))
            asked[row["thread"]].questions.append(row["text"])
        elif row["by"] == "team" and row["thread"] in asked:
            asked[row["thread"]].answers.append(row["text"])
    return [one for one in found.values() if one.answers]


def _pages(folder: Path) -> list[Matter]:
    pages = [row for row in rows("fr_faq_service_public", folder) if row["answer"]]
    return [Matter("fr", [row["question"]], [(row["short_answer"] or row["answer"])[:600]]) for row in pages]


def _intents(name: str, folder: Path) -> list[Matter]:
    by_label: dict[str, Matter] = defaultdict(lambda: Matter("en"))
    for row in rows(f"en_intent_{name}", folder):
        by_label[row["label"]].questions.append(row["text"])
    for number, (label, matter) in enumerate(sorted(by_label.items())):
        draw, spoken = random.Random(f"{name} {label}"), label.replace("_", " ").lower()
        forms = draw.sample(COMMITS, 2 + number % 5)
        matter.answers = [
            form.format(
                asked=draw.choice(matter.questions),
                matter=spoken,
                page=label,
                hour=draw.randrange(4, 9),
                n=draw.randrange(2, 30),
            )
            for form in forms
            for _version in range(4)
        ]
    return list(by_label.values())


def written(folder: Path, count: int, data: Path) -> Path:
    """Such an export in this folder, made by another process: memory and time of this one are measured."""
    path = folder / f"past-{count}.jsonl"
    command = [sys.executable, "-m", "benchmarks.past", str(path), "--messages", str(count), "--data", str(data)]
    subprocess.run(command, cwd=Path(__file__).resolve().parents[1], check=True)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--data", type=Path, default=DEFAULT)
    options = parser.parse_args()
    with options.file.open("w", encoding="utf-8") as lines:
        for row in messages(options.messages, options.data):
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
