"""The command `binome answer`: answers a file of questions from a file of entries, with no server or database."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from binome.console.lines import read_lines, write_lines
from binome.knowledge.matching import Entry, Match, Matcher

_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option(
    "--knowledge",
    required=True,
    type=_EXISTING,
    help="JSON Lines: id, question, answer, language?, alternatives?",
)
@click.option("--input", "questions", required=True, type=_EXISTING, help="JSON Lines: id, text")
@click.option(
    "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="JSON Lines: the answers"
)
@click.option(
    "--strictness",
    default=0.5,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Least confidence to answer with",
)
def answer(knowledge: Path, questions: Path, output: Path, strictness: float) -> None:
    """Answer each question from the knowledge, or say that nothing there answers it."""
    entries = [_entry(row) for row in read_lines(knowledge, _ENTRY)]
    asked = list(read_lines(questions, _QUESTION))
    matches = Matcher(entries).answer([row["text"] for row in asked])
    write_lines(
        output, [_line(row["id"], match, strictness) for row, match in zip(asked, matches, strict=True)]
    )


_ENTRY = {"id": str, "question": str, "answer": str}
_QUESTION = {"id": str, "text": str}


def _entry(row: dict[str, Any]) -> Entry:
    alternatives: Sequence[Any] = row.get("alternatives") or ()
    return Entry(
        row["id"],
        row["question"],
        row["answer"],
        str(row.get("language") or ""),
        tuple(map(str, alternatives)),
    )


def _line(question_id: str, match: Match, strictness: float) -> dict[str, Any]:
    return {
        "id": question_id,
        "answer_id": match.answered_at(strictness),
        "confidence": match.confidence,
        "alternatives": [{"id": entry, "confidence": confidence} for entry, confidence in match.ranking],
        "language": match.language,
    }
