"""Histories to remember and later questions to ask them: the demo community's, and others made of real collections."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from binome.knowledge.memory import ageing, speech
from binome.knowledge.memory.disagreeing import Given
from binome.knowledge.memory.gathering import Gatherer, joint
from binome.knowledge.memory.pairing import Pair, pairs_of
from binome.knowledge.memory.reading.opening import open_history
from binome.knowledge.memory.recalling import Recall, Remembered
from binome.knowledge.memory.replacing import replaced, stated
from binome.knowledge.memory.said import Said
from evals.loading import own_rows, paraphrases, part, rows

HISTORY = Path(__file__).resolve().parents[1] / "binome" / "console" / "demo" / "history.jsonl"
TODAY = date(2026, 11, 1)
"""The day on which the demo's truth is told."""

RATES = (1, 1, 2, 2, 3, 5, 8, 13, 21)
"""How often a problem comes in a simulated past: few come often, many rarely; later questions come as often."""

Vectors = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Question:
    """A later question; *right* and *stale*: the cases (by their names) that answer it now, or did once. *part*: choose or report."""

    text: str
    right: frozenset[str]
    part: str
    stale: frozenset[str] = frozenset()


@dataclass(frozen=True)
class History:
    """Past cases by name, each with its question and answer, what groups them if the answers themselves say it (a canned reply, a page)."""

    name: str
    cases: Sequence[tuple[str, str, str]]
    questions: Sequence[Question]
    groups: Sequence[str] = ()
    pairs: Sequence[Pair] = ()

    @property
    def texts(self) -> list[str]:
        """All that is to be encoded."""
        pasts = (speech.compared(text) for _name, *both in self.cases for text in both if text)
        return list(dict.fromkeys([*pasts, *(speech.compared(one.text) for one in self.questions)]))


def histories(folder: Path) -> Iterator[History]:
    """All of them; the demo's first, which needs no folder of data."""
    yield demo()
    yield french_pages(folder)
    yield stack(folder)
    for name in ("clinc150", "banking77", "hwu64", "bitext_customer"):
        yield intents(folder, name)


def demo() -> History:
    """Eighteen months of the demo community, as they are imported."""
    threads: dict[str, list[Said]] = defaultdict(list)
    for said in open_history(HISTORY).messages():
        assert isinstance(said, Said)
        threads[said.thread].append(said)
    pairs = sorted((pair for said in threads.values() for pair in pairs_of(said)), key=lambda pair: pair.asked_at)
    questions = [
        Question(row["text"], frozenset(row["right"]), _half(row["id"]), frozenset(row["outdated"]))
        for row in own_rows("history_questions")
        if row["right"]
    ]
    cases = [(pair.thread, pair.question, pair.answer) for pair in pairs]
    return History("Demo community, eighteen months", cases, questions, pairs=pairs)


def french_pages(folder: Path) -> History:
    """Pages of a public service, each a question answered once; asked later in people's own words."""
    pages = [row for row in rows("fr_faq_service_public", folder) if row["answer"]]
    asked = [(row, "choose") for row in own_rows("fr_faq_dev")] + [(row, "report") for row in own_rows("fr_faq_probes")]
    questions = [
        Question(row["text"], frozenset([row["entry_id"], *row.get("also", [])]), which) for row, which in asked
    ]
    cases = [(row["id"], row["question"], row["answer"]) for row in pages]
    return History("French pages, asked in people's words", cases, questions, [row["id"] for row in pages])


def stack(folder: Path) -> History:
    """Questions of a FAQ whose answers are unknown, and paraphrases of them."""
    pairs = [(question, text) for question, text in paraphrases(folder) if question != text]
    known = list(dict.fromkeys(question for question, _text in pairs))
    questions = [Question(text, frozenset([question]), _half(text)) for question, text in pairs]
    return History("StackFAQ, paraphrases", [(one, one, "") for one in known], questions, known)


def intents(folder: Path, name: str) -> History:
    """Intents as problems that were answered with one canned reply each: some often, most rarely."""
    by_label: dict[str, list[str]] = defaultdict(list)
    for row in rows(f"en_intent_{name}", folder):
        if row["label"] != "oos":
            by_label[row["label"]].append(row["text"])
    cases, groups, questions = [], [], []
    for label in sorted(by_label):
        texts = sorted(dict.fromkeys(by_label[label]), key=lambda text: part(text, 10**9 + 7, "h"))
        often = RATES[part(label, len(RATES), "rate")]
        names = [f"{label}/{number}" for number in range(often)]
        cases += list(zip(names, texts[:often], [""] * often, strict=True))
        groups += [label] * often
        questions += [Question(text, frozenset(names), _half(text)) for text in texts[often : 2 * often]]
    return History(f"{name.split('_')[0]}: intents as canned replies", cases, questions, groups)


def memory(history: History, vectors: Vectors) -> Recall:
    """What the product makes of a history: problems gathered (or given by the replies), ages and outcomes."""
    questions = [speech.compared(question) for _name, question, _answer in history.cases]
    asked = np.stack([vectors[text] for text in questions])
    nothing = np.zeros(asked.shape[1], np.float32)
    said = (speech.compared(answer) for _name, _question, answer in history.cases)
    answered = np.stack([vectors[text] if text else nothing for text in said])
    problems = gathered(history, asked, answered)
    late = out_of_date(history.pairs, asked, answered)
    last = max((pair.answered_at for pair in history.pairs), default=None)
    remembered = []
    for number, (question, problem) in enumerate(zip(questions, problems, strict=True)):
        pair = history.pairs[number] if history.pairs else None
        years = (last - pair.answered_at).days / 365 if pair and last else 0.0
        weight = pair.outcome.weight if pair else 0.0
        remembered.append(Remembered(number, problem, question, years, number in late, weight))
    return Recall(remembered, asked, answered, [answer for _name, _question, answer in history.cases])


def gathered(history: History, asked: np.ndarray, answered: np.ndarray) -> list[int]:
    """The problem of each case: as the memory gathers them, unless canned replies say it."""
    if not history.groups:
        return Gatherer().gather(joint(asked, answered))
    names = sorted(set(history.groups))
    return [names.index(group) for group in history.groups]


def out_of_date(pairs: Sequence[Pair], asked: np.ndarray, answered: np.ndarray) -> set[int]:
    """The cases whose answers the memory says are out of date, by later answers alone: no entry is approved here."""
    given = [_given(place, pair, asked[place]) for place, pair in enumerate(pairs)]
    said = stated(given, list(answered[: len(given)]))
    changed = replaced(said, said, ())
    return {one.id for one in given if ageing.ages(one, today=TODAY, replaced=changed)}


def _given(place: int, pair: Pair, vector: np.ndarray) -> Given:
    return Given(place, pair.question, pair.answer, pair.author, pair.channel, pair.answered_at, vector)


def _half(name: str) -> str:
    """Which half a question is in, by its hash."""
    return "report" if int(hashlib.sha256(name.encode()).hexdigest(), 16) % 2 else "choose"
