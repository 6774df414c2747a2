"""What a workspace on trial would answer alone, message by message: python -m evals.handovers.

The demo's entries, its lanes on trial at their own strictness, every stage and veto of the product; messages that
a person should have (ours, the half kept out of training), and wordings of the entries themselves, which Binôme may answer.
*given an answer*: the same if an entry had been found with certainty, so that only the readings stand between.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import yaml

from binome.assistant.deciding import Case, Found, Reading, decide
from binome.knowledge.matching import Entry, Match, Matcher
from binome.sdk import stage
from binome.understanding.running import run_stages
from evals.loading import OWN
from evals.measures import Figure, share
from evals.understanding_sets import kept_sets

PROJECT = OWN.parents[1]
DEMO = PROJECT / "binome" / "console" / "demo" / "faq.yaml"
PAGE = PROJECT / "docs" / "models" / "handovers.md"
STRICTNESS = 0.7
"""That of the demo's lanes."""

LEFT_TO_PEOPLE: Mapping[str, Callable[[str], bool]] = {
    "irony": lambda label: label == "ironic",
    "distress": lambda label: label == "distress",
    "legal": lambda label: label != "none",
    "urgency": lambda label: label == "urgent",
    "toxicity": lambda label: label == "toxic",
    "hate": lambda label: label == "hate",
    "spam": lambda label: label == "spam",
    "conflict": lambda label: label == "derailing",
}
"""Which labels of our kept texts are for people."""


@dataclass(frozen=True, slots=True)
class Row:
    """Of the messages of a kind in a language: the share answered alone, and the share if an answer were certain."""

    kind: str
    language: str
    alone: Figure
    given: Figure


def main() -> int:
    """Measure, print and write the page."""
    rows = list(measured())
    text = page(rows)
    PAGE.write_text(text, "utf-8")
    print(text)
    return 0


def measured() -> Iterator[Row]:
    """A row for each kind and language; the wordings of the entries last."""
    entries = demo_entries()
    matchers = {language: Matcher([e for e in entries if e.language == language]) for language in ("fr", "en")}
    for one in kept_sets():
        if one.task in LEFT_TO_PEOPLE and one.language in matchers:
            wanted = [case for case in one.cases if LEFT_TO_PEOPLE[one.task](case.label)]
            if wanted:
                texts, threads = [case.text for case in wanted], [case.context for case in wanted]
                yield _row(f"{one.task}: {one.name}", one.language, texts, threads, matchers[one.language])
    for language in matchers:
        texts = [text for entry in entries if entry.language == language for text in entry.texts]
        yield _row("wordings of the entries", language, texts, [()] * len(texts), matchers[language])


def demo_entries() -> list[Entry]:
    """The demo's entries, as the engine takes them."""
    found = yaml.safe_load(DEMO.read_text("utf-8"))
    rows = found["entries"] if isinstance(found, dict) else found
    return [
        Entry(str(i), row["question"], row["answer"], row.get("language", "fr"), tuple(row.get("alternatives") or ()))
        for i, row in enumerate(rows)
    ]


def _row(kind: str, language: str, texts: Sequence[str], threads: Sequence[tuple[str, ...]], matcher: Matcher) -> Row:
    readings = run_stages([stage.Reading(text, tuple(thread)) for text, thread in zip(texts, threads, strict=True)])
    matches = matcher.answer(list(texts))
    alone = [_acts(reading, match, language) for reading, match in zip(readings, matches, strict=True)]
    certain = [_acts(reading, Match("0", 1.0, [], language), language) for reading in readings]
    return Row(kind, language, share(np.array(alone)), share(np.array(certain)))


def _acts(reading: stage.Reading, match: Match, language: str) -> bool:
    """Whether this would be answered alone, in a conversation that nobody holds."""
    said = reading.annotations
    questions = said["question"].evidence.get("questions", []) if "question" in said else []
    case = Case(
        reading=Reading({name: (one.label, one.confidence) for name, one in said.items()}),
        language=language,
        found=Found(0, match.confidence, language) if match.entry_id is not None else None,
        threshold=STRICTNESS,
        leave="on_trial",
        questions=len(questions) or 1,
    )
    return decide(case).do == "act"


def page(rows: Sequence[Row]) -> str:
    """The table, as a page."""
    told = (
        "Written by `python -m evals.handovers`: the demo's entries, lanes on trial at a strictness of "
        f"{STRICTNESS}, all stages and vetoes. 95 % intervals in brackets. *Given an answer*: the same had an entry been "
        "found with certainty, so that only the readings stand between. Texts are ours, the half kept out of training; most "
        "speak of other trades than the demo's, so in a community whose members are ironic about what its entries tell of "
        "the truth lies between the two columns."
    )
    lines = [
        "# What would have been answered alone",
        "",
        told,
        "",
        "| messages | language | answered alone | given an answer |",
        "|---|---|---|---|",
        *(f"| {row.kind} | {row.language} | {row.alone} | {row.given} |" for row in rows),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
