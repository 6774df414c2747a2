"""The collections and questions on which answering is measured."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from binome.knowledge.matching import Entry
from evals.loading import customer_turns, own_rows, paraphrases, part, rows

CHATTER = ("openinggreeting", "closinggreeting", "thankyou", "contentonly", "outofdomain")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the ids of the entries that answer it (none: it must be refused), and its kind."""

    text: str
    right: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A collection with questions to fix a threshold on and questions to report on."""

    entries: list[Entry]
    fixing: list[Asked]
    reported: list[Asked]


@dataclass(frozen=True, slots=True)
class Set:
    """One or several collections whose questions are counted together."""

    name: str
    parts: list[Part]

    @property
    def reported(self) -> list[Asked]:
        """All questions to report on."""
        return [asked for part_ in self.parts for asked in part_.reported]


def sets(folder: Path) -> Iterator[Callable[[], Set]]:
    """All sets, each made when asked for."""
    for make in (
        clinc,
        banking,
        banking_unknown,
        french_pages,
        french_pages_removed,
        stack,
        shop_known,
        shop_bare,
    ):
        yield partial(make, folder)
    yield brand_bots


def clinc(folder: Path) -> Set:
    """CLINC150: trained on train; validation and its out-of-scope rows in two halves."""
    found = rows("en_intent_clinc150", folder)
    asked = [Asked(r["text"], _label(r)) for r in found if r["split"] in ("val", "oos_val", "oos_train")]
    return _halved("CLINC150", _from_examples([(r["text"], r["label"]) for r in found if r["split"] == "train"]), asked)


def banking(folder: Path) -> Set:
    """Banking77: a tenth of the training file held out by hash of the text; CLINC150's out-of-scope rows as far ones."""
    found = list({r["text"]: r for r in rows("en_intent_banking77", folder)}.values())
    far = [Asked(r["text"], (), "far") for r in rows("en_intent_clinc150", folder) if r["label"] == "oos"]
    held = [Asked(r["text"], (r["label"],)) for r in found if part(r["text"], 10) == 0]
    return _halved(
        "Banking77",
        _from_examples([(r["text"], r["label"]) for r in found if part(r["text"], 10)]),
        held + far,
    )


def banking_unknown(folder: Path) -> Set:
    """Banking77-OOS: fifty intents, with near and far questions that belong to none."""
    found = rows("en_intent_banking77_oos", folder)
    asked = [Asked(r["text"], _label(r), r["split"].removesuffix("_valid")) for r in found if r["split"] != "train"]
    return _halved(
        "Banking77-OOS",
        _from_examples([(r["text"], r["label"]) for r in found if r["split"] == "train"]),
        asked,
    )


def french_pages(folder: Path) -> Set:
    """1,350 French pages asked in users' words, and what none of them answers."""
    pages = [row for row in rows("fr_faq_service_public", folder) if row["answer"]]
    asked = _probes() + [Asked(row["text"], (), row["kind"]) for row in own_rows("fr_faq_out_of_scope")]
    return Set("French pages", [Part(_pages(pages), [], asked)])


def french_pages_removed(folder: Path) -> Set:
    """The same with half of the pages asked for taken away: their questions must be refused."""
    probes = _probes()
    gone = {page for asked in probes if part(asked.right[0], 2, "gone") == 0 for page in asked.right}
    pages = [row for row in rows("fr_faq_service_public", folder) if row["answer"] and row["id"] not in gone]
    asked = [Asked(a.text, tuple(page for page in a.right if page not in gone), a.kind) for a in probes]
    return Set("French pages, half of those asked for removed", [Part(_pages(pages), [], asked)])


def brand_bots() -> Set:
    """Four brands' assistants, asked what their few entries answer and much that they must refuse."""
    entries, messages = own_rows("brand_bots_faq"), own_rows("brand_bots_messages")
    parts = []
    for brand in sorted({row["brand"] for row in entries}):
        its = [Entry(row["id"], row["question"], row["answer"]) for row in entries if row["brand"] == brand]
        asked = [
            Asked(r["text"], (r["answer_id"],) if r["answer_id"] else (), r["kind"])
            for r in messages
            if r["brand"] == brand
        ]
        parts.append(Part(its, [], asked))
    return Set("Brand bots", parts)


def _pages(found: list[dict[str, Any]]) -> list[Entry]:
    return [Entry(row["id"], row["question"], row["answer"], "fr") for row in found]


def _probes() -> list[Asked]:
    """The questions written to report with; those to develop with where the first are absent."""
    probes = own_rows("fr_faq_probes") or own_rows("fr_faq_dev")
    return [Asked(row["text"], (row["entry_id"], *row.get("also", [])), row["kind"]) for row in probes]


def stack(folder: Path) -> Set:
    """StackFAQ: generated paraphrases of 109 questions; every third question is taken away."""
    pairs = paraphrases(folder)
    questions = list(dict.fromkeys(question for question, _ in pairs))
    gone = {question for question in questions if part(question, 3, "gone") == 0}
    entries = [Entry(question, question, "", "en") for question in questions if question not in gone]
    asked = [Asked(text, () if question in gone else (question,)) for question, text in pairs if text != question]
    return Set("StackFAQ", [Part(entries, [], asked)])


def shop_known(folder: Path) -> Set:
    """A shop's bot with twelve examples of each intent."""
    return _shop(folder, 12)


def shop_bare(folder: Path) -> Set:
    """The same with one example of each."""
    return _shop(folder, 1)


def _shop(folder: Path, examples: int) -> Set:
    """A shop's bot (Bitext): 18 intents known by some examples; nine others and other brands' chatter have no answer."""
    by_intent = defaultdict(list)
    for row in rows("en_intent_bitext_customer", folder):
        by_intent[row["label"]].append(row["text"])
    labels = sorted(by_intent)
    known = [label for i, label in enumerate(labels) if i % 3]
    entries, asked = [], []
    for label in labels:
        texts = sorted(dict.fromkeys(by_intent[label]), key=lambda text: part(text, 1_000_003))
        if label in known:
            entries.append(Entry(label, texts[0], "", "en", tuple(texts[1:examples])))
            asked += [Asked(text, (label,)) for text in texts[examples : examples + 30]]
        else:
            asked += [Asked(text, (), "near") for text in texts[:30]]
    turns = [t["text"] for t in customer_turns(folder) if t["intent"] in CHATTER and part(t["text"], 5, "chatter") == 0]
    asked += [Asked(text, (), "chatter") for text in sorted(turns, key=lambda text: part(text, 1_000_003))[:270]]
    return Set(f"Shop bot, {examples} example{'s' * (examples > 1)} an intent", [Part(entries, [], asked)])


def _from_examples(pairs: list[tuple[str, str]]) -> list[Entry]:
    by_label = defaultdict(list)
    for text, label in pairs:
        by_label[label].append(text)
    return [Entry(label, texts[0], "", "en", tuple(texts[1:])) for label, texts in sorted(by_label.items())]


def _halved(name: str, entries: list[Entry], asked: list[Asked]) -> Set:
    fixing = [a for a in asked if part(a.text, 2, "half") == 0]
    return Set(name, [Part(entries, fixing, [a for a in asked if part(a.text, 2, "half")])])


def _label(row: dict[str, Any]) -> tuple[str, ...]:
    return () if row["label"] == "oos" else (row["label"],)
