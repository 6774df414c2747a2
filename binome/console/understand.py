"""The command `binome understand`: says what the messages of a file mean, with no server or database."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import click

from binome.console.lines import Output, Unreadable, read_lines, write_lines
from binome.console.words import _
from binome.sdk.stage import Annotation, Reading
from binome.understanding.running import names_of_stages, run_stages

BATCH = 256

OF_TOXIC = frozenset({"toxicity", "hate", "spam"})
"""Stages whose confidence is given as the chance of the label that alarms (toxic, hate, spam), whichever is said."""

BESIDE: Mapping[str, Mapping[str, Any]] = {
    "toxicity": {"kinds": {}, "target": "nobody"},
    "hate": {"groups": []},
}
"""Evidence that is given beside the label, and what it is where there is none: a line has the same fields whatever is said."""

UNDETERMINED = Annotation("und", 0.0)
"""The language of a text without a word, as ISO 639 writes it."""

_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
_MESSAGE = {"id": str, "text": str}


@click.command()
@click.option("--input", "messages", required=True, type=_EXISTING, help=_("JSON Lines: id, text, context?, author?"))
@click.option("--output", required=True, type=Output(), help=_("JSON Lines: the annotations"))
@click.option("--stages", "named", default="", help=_("Some stages only, separated by commas"))
def understand(messages: Path, output: Path, named: str) -> None:
    """Read each message with every stage, or with those named, and write what they say."""
    wanted = _wanted(named)
    rows = read_lines(messages, _MESSAGE, lists=["context"])
    write_lines(output, (line for batch in _batches(rows) for line in _lines(batch, wanted)))


def _wanted(named: str) -> list[str] | None:
    """The stages asked for; None for all. Unreadable names those that are not there."""
    wanted = [name.strip() for name in named.split(",") if name.strip()]
    known = names_of_stages()
    if unknown := [name for name in wanted if name not in known]:
        says = _("There is no stage “{name}”. There are: {stages}.")
        raise Unreadable(says.format(name=unknown[0], stages=", ".join(sorted(known))))
    return wanted or None


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _lines(batch: Sequence[Mapping[str, Any]], wanted: list[str] | None) -> Iterable[dict[str, Any]]:
    readings = [Reading(row["text"], tuple(row.get("context") or ()), str(row.get("author") or "")) for row in batch]
    for row, reading in zip(batch, run_stages(readings, wanted), strict=True):
        told = {"language": UNDETERMINED, **reading.annotations}
        said = {name: one for name, one in told.items() if wanted is None or name in wanted}
        yield {"id": row["id"], "annotations": {name: _shown(name, one) for name, one in said.items()}}


def _shown(name: str, said: Annotation) -> dict[str, Any]:
    """The annotation as it is written: what is asked of "toxicity", "hate" and "spam" is how likely they are."""
    evidence = dict(said.evidence)
    chance = evidence.pop("score", said.confidence)
    shown = {"label": said.label, "confidence": chance if name in OF_TOXIC else said.confidence}
    shown |= {key: evidence.pop(key, nothing) for key, nothing in BESIDE.get(name, {}).items()}
    return shown | ({"evidence": evidence} if evidence else {})
