"""The command `binome rehearse`: what would have happened, had the AI been on during a past that is known."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import click

from binome.assistant.foreseeing import vetoes_in
from binome.autonomy.guarantee import Promise
from binome.console.answer import entry_of
from binome.console.lines import Output, read_lines, written
from binome.console.words import _
from binome.knowledge.matching import Entry
from binome.knowledge.memory.said import BadRow, instant
from binome.knowledge.rehearsing import PastCase, Rehearsal, Rules, Tally, core_of, identity_of, report

_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHARE = click.FloatRange(0, 1, min_open=True, max_open=True)
_AT_ONCE = 500


@click.command()
@click.option(
    "--history", required=True, type=_EXISTING, help=_("JSON Lines: id, text, answer_id or answer (null: none), lane?")
)
@click.option("--risk", required=True, type=_SHARE, help=_("Most that may be wrong of what is done alone (0.05)"))
@click.option(
    "--confidence", default=0.95, show_default=True, type=_SHARE, help=_("How sure of it one must be to open a lane")
)
@click.option("--knowledge", type=_EXISTING, help=_("JSON Lines: id, question, answer, language?, alternatives?"))
@click.option(
    "--audits",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0, 1, min_open=True),
    help=_("Share of what is done alone that people look at afterwards"),
)
@click.option("--report", "output", type=Output(), help=_("JSON: the whole report"))
def rehearse(
    history: Path, risk: float, confidence: float, knowledge: Path | None, audits: float, output: Path | None
) -> None:
    """Run a past again: each case is decided before what people did with it is looked at."""
    entries = [entry_of(row) for row in read_lines(knowledge, _ENTRY, lists=["alternatives"])] if knowledge else []
    rehearsal = Rehearsal(Rules(Promise(risk, 1 - confidence), audits), entries)
    tally = Tally().add(rehearsal.run(_cases(history, entries)))
    found = report(rehearsal, tally)
    if output:
        with written(output) as file:
            file.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    for line in _told(found):
        click.echo(line)


_ENTRY = {"id": str, "question": str, "answer": str}
_CASE = {"id": str, "text": str}
_WHAT_WAS_DONE = ("answer_id", "answer", "lane")


def _cases(history: Path, entries: Sequence[Entry]) -> Iterator[PastCase]:
    """The cases of the file in the order of time, read as the stages read them, some hundreds at a time."""
    known = {core_of(entry.answer): entry.id for entry in reversed(entries) if entry.answer.strip()}
    rows = iter(_in_order(list(read_lines(history, _CASE, words=_WHAT_WAS_DONE))))
    while batch := list(islice(rows, _AT_ONCE)):
        yield from _read(batch, known)


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By their instants where each line has one that can be read; else as they stand."""
    try:
        instants = [instant(row["at"]) for row in rows]
    except (KeyError, BadRow):
        return rows
    return [rows[place] for place in sorted(range(len(rows)), key=instants.__getitem__)]


def _read(rows: Sequence[dict[str, Any]], known: dict[str, str]) -> list[PastCase]:
    vetoes = vetoes_in([row["text"] for row in rows])
    return [
        PastCase(row["id"], row["text"], identity_of(row, known), row.get("answer") or "", _lane_in(row), veto)
        for row, veto in zip(rows, vetoes, strict=True)
    ]


def _lane_in(row: dict[str, Any]) -> str:
    return " ".join((row.get("lane") or "").split())


def _told(found: dict[str, Any]) -> Iterator[str]:
    """The report in a few lines."""
    overall = found["overall"]
    yield _("{cases} cases: {alone} done alone, {wrong} of them wrong; {handed_over} left to people.").format(**overall)
    for lane in found["lanes"]:
        yield _lane_told(lane)


def _lane_told(lane: dict[str, Any]) -> str:
    if lane["alone"]:
        low, high = lane["interval"]
        says = _(
            "{lane}: opened at case {opened_at}; {alone} alone, {wrong} wrong (between {low:.1f} and {high:.1f} in a hundred); "
            "fell back: {fallen_back}."
        )
        return says.format(**lane, low=100 * low, high=100 * high)
    if lane["verdicts_missing"] is None:
        return _("{lane}: not opened; its evidence does not lead there ({verdicts} verdicts).").format(**lane)
    return _("{lane}: not opened; about {verdicts_missing} more verdicts at this rate.").format(**lane)
