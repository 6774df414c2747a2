"""What is personal in messages, found before anything leaves for a model."""

from collections.abc import Mapping, Sequence
from typing import Any

from binome.members.models import Identity, Member
from binome.sdk.stage import Reading
from binome.understanding import running

Spans = Sequence[Mapping[str, Any]]


def personal_in(texts: Sequence[str]) -> list[Spans]:
    """Where each text holds personal data, as the reading of personal data tells it.

    A reading that failed must not let anything through: its texts are hidden whole.
    """
    return [
        _found(reading)
        for reading in running.run_stages([Reading(text=text) for text in texts], only=["personal_data"])
    ]


def names_of(member: Member | None) -> dict[str, str]:
    """The names and addresses by which a member is known: {words: kind}."""
    if member is None:
        return {}
    known = {member.name: "name", **{word: "name" for word in member.name.split() if len(word) > 2}}
    for identity in Identity.objects.filter(member=member):
        known |= {identity.handle: "name", identity.email: "email", identity.external_id: "account"}
    return {word: kind for word, kind in known.items() if len(word.strip()) > 2}


def _found(reading: Reading) -> Spans:
    said = reading.annotations.get("personal_data")
    if said is None:
        return [{"kind": "text", "start": 0, "end": len(reading.text)}]
    found: Spans = said.evidence.get("found", [])
    return found
