"""The command `binome answer`: answers a file of questions from a file of entries, with no server or database."""

from pathlib import Path
from typing import Any

import click

from binome.console.lines import Output, read_lines, write_lines
from binome.console.words import _
from binome.knowledge.matching import DEFAULT_STRICTNESS, Entry, Match, Matcher

_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
_ENTRY = {"id": str, "question": str, "answer": str}
_QUESTION = {"id": str, "text": str}


@click.command()
@click.option(
    "--knowledge", required=True, type=_EXISTING, help=_("JSON Lines: id, question, answer, language?, alternatives?")
)
@click.option("--input", "questions", required=True, type=_EXISTING, help=_("JSON Lines: id, text"))
@click.option("--output", required=True, type=Output(), help=_("JSON Lines: the answers"))
@click.option(
    "--strictness",
    default=DEFAULT_STRICTNESS,
    show_default=True,
    type=click.FloatRange(0, 1),
    help=_("Least confidence to answer with"),
)
def answer(knowledge: Path, questions: Path, output: Path, strictness: float) -> None:
    """Answer each question from the knowledge, or say that nothing there answers it."""
    entries = [entry_of(row) for row in read_lines(knowledge, _ENTRY, lists=["alternatives"])]
    asked = list(read_lines(questions, _QUESTION))
    matches = Matcher(entries).answer([row["text"] for row in asked])
    write_lines(output, [_line(row["id"], match, strictness) for row, match in zip(asked, matches, strict=True)])


def entry_of(row: dict[str, Any]) -> Entry:
    """The entry of a line of the file of knowledge."""
    alternatives = tuple(text for text in row.get("alternatives") or () if text.strip())
    return Entry(row["id"], row["question"], row["answer"], str(row.get("language") or ""), alternatives)


def _line(question_id: str, match: Match, strictness: float) -> dict[str, Any]:
    return {
        "id": question_id,
        "answer_id": match.answered_at(strictness),
        "confidence": match.confidence,
        "alternatives": [{"id": entry, "confidence": confidence} for entry, confidence in match.ranking],
        "language": match.language,
    }
