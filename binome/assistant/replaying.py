"""Deciding again from what a why card kept: the same inputs, the same decision."""

from collections.abc import Mapping
from typing import Any

from binome.assistant import triage
from binome.assistant.deciding import Case, Decision, Found, Reading, decide


def replay(why: Mapping[str, Any]) -> Decision:
    """The decision that the rules of today give to a stored case."""
    return decide(case_of(why["case"]))


def replay_triage(why: Mapping[str, Any]) -> triage.Decision:
    """The same of an act without a word."""
    case = why["case"]
    return triage.decide(triage.Case(**{**case, "vetoes": tuple(case.get("vetoes", ()))}))


def case_of(stored: Mapping[str, Any]) -> Case:
    """A case from its JSON form; what it did not yet know of when it was kept has its default."""
    known = {name: stored[name] for name in Case.__dataclass_fields__ if name in stored}
    labels = {stage: (label, confidence) for stage, (label, confidence) in stored["reading"]["labels"].items()}
    found = Found(**stored["found"]) if stored["found"] else None
    return Case(**{**known, "reading": Reading(labels), "found": found})
