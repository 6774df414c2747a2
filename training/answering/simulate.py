"""Simulates many different FAQs from open data: what is asked of each, which entry is right, what has no answer."""

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from binome.knowledge.matching import Entry
from evals.loading import customer_turns, own_rows, part, rows
from training.answering.casual import casually

Asked = tuple[str, str | None]
TEXTS = Path(__file__).parent / "texts"
CHITCHAT = (
    "openinggreeting",
    "closinggreeting",
    "thankyou",
    "confirmation",
    "rejection",
    "contentonly",
    "outofdomain",
)


@dataclass(frozen=True, slots=True)
class Simulation:
    """A collection, and questions each with the id of its right entry (None: nothing answers it)."""

    name: str
    entries: list[Entry]
    asked: list[Asked]

    @property
    def examples(self) -> float:
        """Texts an entry, on average; from 3 a classifier learns them."""
        return sum(len(entry.texts) for entry in self.entries) / len(self.entries)


@dataclass(frozen=True, slots=True)
class Brand:
    """A short FAQ: entries as [question, answer, how members ask it …], and messages near it that it must refuse."""

    name: str
    language: str
    entries: list[list[str]]
    refused: list[str]


class Worlds:
    """The open data from which collections are drawn. *held_out*: a fifth of the intents and probes, never used."""

    def __init__(self, data: Path, seed: int, held_out: bool = True) -> None:
        self.chance = random.Random(seed)
        self._skip = (lambda key: part(key, 5, "held out") == 0) if held_out else (lambda key: False)
        self.intents = {name: self._by_intent(data, name) for name in ("clinc150", "banking77", "hwu64")}
        self.pages = [row for row in rows("fr_faq_service_public", data) if row["answer"]]
        self.probes = [probe for probe in own_rows("fr_faq_dev") if not self._skip(probe["entry_id"])]
        turns = customer_turns(data)
        self.chatter = [t["text"] for t in turns if t["intent"] in CHITCHAT and part(t["text"], 5, "chatter")]
        self.far = [
            row["text"]
            for row in rows("en_intent_clinc150", data)
            if row["label"] == "oos" and row["split"] == "oos_train"
        ]
        self.small_talk = [row["text"] for row in _texts("small_talk")]
        self.faqs = _texts("faqs")
        self.brands = brands()
        self.turns = defaultdict(list)
        for turn in turns:
            self.turns[f"{turn['domain']}.{turn['intent']}"].append(turn["text"])

    def _by_intent(self, data: Path, name: str) -> dict[str, list[str]]:
        found = defaultdict(list)
        for row in rows(f"en_intent_{name}", data):
            if row["label"] != "oos" and row.get("split", "train") == "train" and not self._skip(row["label"]):
                found[row["label"]].append(row["text"])
        return {label: list(dict.fromkeys(texts)) for label, texts in sorted(found.items())}

    def without_answer(self, number: int, but: str = "") -> list[Asked]:
        """Chatter, small talk, and questions of other worlds."""
        pools: list[Sequence[str]] = [self.chatter, self.far]
        pools += [self.small_talk] * 3 if self.small_talk else []
        pools += [[t for texts in its.values() for t in texts[:5]] for name, its in self.intents.items() if name != but]
        if but != "pages":
            pools.append([row["question"] for row in self.pages])
        return [(self.chance.choice(self.chance.choice(pools)), None) for _ in range(number)]


def with_examples(worlds: Worlds, name: str, intents: int, examples: tuple[int, int], asked: int) -> Simulation:
    """Entries made of examples of intents; other intents of the same world have no answer."""
    chance, world = worlds.chance, worlds.intents[name]
    labels = chance.sample(sorted(world), min(intents, len(world)))
    entries, right = [], []
    for label in labels:
        texts = chance.sample(world[label], len(world[label]))
        cut = min(chance.randint(*examples), len(texts) * 4 // 5)
        entries.append(Entry(label, texts[0], "", "en", tuple(texts[1:cut])))
        right += [(text, label) for text in texts[cut:]]
    others = [(text, None) for label in world if label not in labels for text in world[label]]
    questions = (
        _draw(chance, right, asked) + _draw(chance, others, asked * 2 // 5) + worlds.without_answer(asked // 3, name)
    )
    return Simulation(f"{name} {len(labels)}×{examples}", entries, [(_maybe(chance, t, "en"), i) for t, i in questions])


def from_pages(worlds: Worlds, size: int, removed: float) -> Simulation:
    """Part of the French pages; probes of those kept have an answer, of those removed none."""
    chance = worlds.chance
    probed = sorted({probe["entry_id"] for probe in worlds.probes})
    kept = set(chance.sample(probed, max(1, min(round(len(probed) * (1 - removed)), size * 2 // 3))))
    others = [row for row in worlds.pages if row["id"] not in probed]
    pages = [row for row in worlds.pages if row["id"] in kept] + chance.sample(
        others, min(size - len(kept), len(others))
    )
    chance.shuffle(pages)
    entries = [Entry(row["id"], row["question"], row["answer"], "fr") for row in pages]
    questions: list[Asked] = [(p["text"], p["entry_id"] if p["entry_id"] in kept else None) for p in worlds.probes]
    questions = [q for q in questions if q[1] is not None or chance.random() < 0.7]
    questions += [
        (casually(row["question"], "fr", chance), row["id"]) for row in chance.sample(pages, min(12, len(pages)))
    ]
    absent = [row for row in others if row["id"] not in {page["id"] for page in pages}]
    questions += [
        (casually(row["question"], "fr", chance), None) for row in chance.sample(absent, min(25, len(absent)))
    ]
    return Simulation(f"pages {size}", entries, questions + worlds.without_answer(60, "pages"))


def of_brand(worlds: Worlds, brand: Brand, share: float) -> Simulation:
    """A brand's short FAQ as we wrote it, without alternatives; a share of its entries is kept, as much refused as answered."""
    chance = worlds.chance
    kept = chance.sample(brand.entries, max(2, round(len(brand.entries) * share)))
    entries = [Entry(row[0], row[0], row[1], brand.language) for row in kept]
    right: list[Asked] = [(text, row[0]) for row in kept for text in row[2:]]
    gone = [text for row in brand.entries if row not in kept for text in row[2:]]
    near: list[Asked] = [(text, None) for text in brand.refused + gone]
    far = worlds.without_answer(max(len(right) - len(near), 10))
    asked = [(_maybe(chance, text, brand.language), right_one) for text, right_one in right + near + far]
    return Simulation(f"brand {brand.name} {len(entries)}", entries, asked)


def written(worlds: Worlds, faq: str, language: str, share: float, alternatives: int, asked: int) -> Simulation:
    """A FAQ that we wrote, of which a share is kept, asked by real users' messages of the intents that it answers."""
    chance = worlds.chance
    lines = [row for row in worlds.faqs if row["faq"] == faq]
    pool: Mapping[str, list[str]] = worlds.intents.get(faq) or {
        k.split(".")[1]: v for k, v in worlds.turns.items() if k.startswith(f"{faq}.")
    }
    kept = {row["intent"] for row in chance.sample(lines, max(2, round(len(lines) * share)))}
    entries, questions, others = [], [], []
    for row in lines:
        texts = chance.sample(pool.get(row["intent"], []), len(pool.get(row["intent"], [])))
        cut = min(alternatives, len(texts) // 2)
        if row["intent"] in kept:
            entries.append(Entry(row["intent"], row[language][0], row[language][1], language, tuple(texts[:cut])))
            questions += [(text, row["intent"]) for text in texts[cut:]]
        else:
            others += [(text, None) for text in texts]
    drawn = (
        _draw(chance, questions, asked) + _draw(chance, others, asked * 2 // 5) + worlds.without_answer(asked // 2, faq)
    )
    return Simulation(
        f"written {faq} {language} {len(entries)}", entries, [(_maybe(chance, t, "en"), i) for t, i in drawn]
    )


def simulations(worlds: Worlds, rounds: int) -> Iterator[Simulation]:
    """All kinds of collections, each round with other draws."""
    chance = worlds.chance
    for _ in range(rounds):
        for name in worlds.intents:
            for intents, examples in (
                (12, (4, 10)),
                (25, (6, 20)),
                (50, (8, 25)),
                (60, (20, 60)),
                (150, (50, 100)),
            ):
                yield with_examples(
                    worlds,
                    name,
                    chance.randint(intents // 2, intents),
                    examples,
                    250 if intents < 100 else 700,
                )
            yield with_examples(worlds, name, chance.choice((20, 60)), (1, 3), 150)
            for intents in (15, 30, 60, 100):
                yield with_examples(worlds, name, chance.randint(intents * 2 // 3, intents), (1, 1), 150)
        for brand in worlds.brands:
            for _ in range(3):
                yield of_brand(worlds, brand, chance.choice((0.7, 0.9, 1.0)))
        for size in (20, 40, 80, 150, 500, 1350):
            yield from_pages(worlds, size, chance.uniform(0.3, 0.6))
        for faq in sorted({row["faq"] for row in worlds.faqs}):
            for language in ("en", "fr"):
                yield written(worlds, faq, language, chance.uniform(0.5, 0.9), 0, 150)


def brands() -> list[Brand]:
    """The short FAQs of `texts/brands.txt`: a "# name language" line, entries cut by |, what to refuse after a dash."""
    found: list[Brand] = []
    for line in (TEXTS / "brands.txt").read_text("utf-8").splitlines():
        if line.startswith("# "):
            name, language = line[2:].split()
            found.append(Brand(name, language, [], []))
        elif line.startswith("- "):
            found[-1].refused.append(line[2:])
        else:
            found[-1].entries.append([part.strip() for part in line.split("|")])
    return found


def _texts(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (TEXTS / f"{name}.jsonl").read_text("utf-8").splitlines()]


def _draw(chance: random.Random, pool: Sequence[Asked], number: int) -> list[Asked]:
    return chance.sample(pool, min(number, len(pool)))


def _maybe(chance: random.Random, text: str, language: str) -> str:
    return casually(text, language, chance) if chance.random() < 0.3 else text
