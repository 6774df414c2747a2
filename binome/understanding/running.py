"""Running the stages on messages, wherever they come from: no database."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from binome.sdk.pipeline import stages
from binome.sdk.stage import Annotation, Reading, Stage

log = logging.getLogger(__name__)

BETWEEN_MESSAGES = frozenset({"duplicates"})
"""Stages that compare messages that came together: of one that is read by itself, or long after, they say nothing."""


def names_of_stages() -> tuple[str, ...]:
    """Every stage that is installed, each after those that it needs."""
    return tuple(one.name for one in stages())


def run_stages(readings: Sequence[Reading], only: Collection[str] | None = None) -> list[Reading]:
    """The readings with all that the stages say; with *only*, those stages and what they need. Those that are read apart
    (slow, or at the mercy of what they open) are left out unless named.

    A stage that fails silences itself and those that need it. Each reading's annotations grow as the stages pass:
    copying them for each stage would cost more than most stages do.
    """
    silent: set[str] = set()
    grown = [dict(reading.annotations) for reading in readings]
    current = [replace(reading, annotations=own) for reading, own in zip(readings, grown, strict=True)]
    for one in _wanted(only):
        said = None if silent.intersection(one.needs) else _said(one, current)
        if said is None:
            silent.add(one.name)
            continue
        for own, annotation in zip(grown, said, strict=True):
            if annotation is not None:
                own[one.name] = annotation
    return current


def apart() -> tuple[str, ...]:
    """The stages that are read by themselves, after the others."""
    return tuple(one.name for one in stages() if one.cost == "APART")


def versions_of_stages() -> dict[str, str]:
    """The version of every stage by its name: what an annotation is kept with."""
    return {one.name: one.version for one in stages()}


def _wanted(only: Collection[str] | None) -> Iterable[Stage]:
    if only is None:
        return [one for one in stages() if one.cost == "LOCAL"]
    wanted = set(only)
    for one in reversed(stages()):
        wanted |= set(one.needs) if one.name in wanted else set()
    return [one for one in stages() if one.name in wanted]


def _said(one: Stage, readings: Sequence[Reading]) -> Sequence[Annotation | None] | None:
    """The stage runner's edge: whatever a stage does wrong stays with it; no text goes to the log."""
    try:
        said = one.read(readings)
        if len(said) != len(readings):
            raise ValueError("not one annotation a reading")
        if not all(told is None or _is_sound(told) for told in said):
            raise TypeError("not an annotation")
        return said
    except Exception as error:
        log.error("stage %s %s failed: %s", one.name, one.version, type(error).__name__)
        return None


def _is_sound(told: Annotation) -> bool:
    """Whether its parts are what they are said to be; what evidence holds is seen when it is written (`keeping`)."""
    sure, evidence = told.confidence, told.evidence
    return (
        isinstance(told.label, str)
        and (isinstance(sure, float) or type(sure) is int)
        and 0 <= sure <= 1
        and (type(evidence) is dict or isinstance(evidence, Mapping))
    )
