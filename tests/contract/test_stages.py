"""What holds for every stage, whoever wrote it."""

import json
import socket
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from binome.sdk.pipeline import stages
from binome.sdk.stage import Annotation, Reading, Stage

STRANGE = {
    "empty": "",
    "spaces": " \n\t\u202f",
    "emoji": "👩‍👩‍👧‍👦👏🏽🙃🇫🇷",
    "ten thousand letters": "a" * 10_000,
    "ten thousand words": "pourquoi mon colis ? " * 500,
    "ten thousand figures": "06 12 34 56 78 " * 670,
    "ten thousand signs": "?!." * 3_334,
    "ten thousand spaces": " " * 10_000,
    "ten thousand lines": "> \n" * 3_333,
    "nested signs": "((((@" * 2_000,
    "control characters": "".join(map(chr, range(32))) + "\x7f\x85 bonjour",
    "right to left": "\u202eمرحبا، متى تفتحون غدا؟ שלום",
    "lone surrogate": "bonjour \ud83d quoi",
    "combining marks": "e\u0301" * 300 + "Z̸̢͎͝a̶l̴g̷o̵",
    "expanding": "\ufdfa" * 2_000,
    "one letter": "?",
}
PRIVATE = (
    "Écrivez à lou.martin@example.org ou au 06 12 34 56 78, je voudrais savoir si mon IBAN FR76 3000 6000 0112 3456 "
    "7890 189 est bon ? I want to talk to lou.martin@example.org now, +33 6 12 34 56 78, my lawyer 555-123-4567 too"
)
KEPT_BACK = ("lou.martin", "example.org", "06 12 34", "6 12 34 56 78", "3000 6000", "555-123", "lou martin", "555 123")
ORDINARY = (
    "slt c koi vos horaires",
    "Where is my parcel?",
    "je veux un humain",
    "mon père est décédé",
    "merci !",
    "👍",
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "stage" in metafunc.fixturenames:
        metafunc.parametrize("stage", stages(), ids=[one.name for one in stages()])


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE.keys())
def test_it_reads_any_text_without_raising(stage: Stage, text: str):
    said = stage.read(_prepared(stage, [text]))
    assert len(said) == 1
    assert said[0] is None or 0 <= said[0].confidence <= 1


@given(st.text(alphabet=st.characters(), max_size=300))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_it_reads_whatever_can_be_typed(text: str):
    for stage in stages():
        assert len(stage.read(_prepared(stage, [text]))) == 1


def test_it_says_the_same_each_time_and_in_a_batch_as_alone(stage: Stage):
    readings = _prepared(stage, [*ORDINARY, *STRANGE.values()])
    together = list(stage.read(readings))
    assert list(stage.read(readings)) == together
    assert [stage.read([reading])[0] for reading in readings] == together


def test_it_has_nothing_to_say_of_no_message(stage: Stage):
    assert list(stage.read([])) == []


def test_what_it_needs_is_installed_and_comes_before_it(stage: Stage):
    names = [one.name for one in stages()]
    assert set(stage.needs) <= set(names[: names.index(stage.name)])


def test_it_opens_no_connection_if_it_is_local(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    def refused(*_arguments: object) -> None:
        raise AssertionError("a local stage went to the network")

    monkeypatch.setattr(socket.socket, "connect", refused)
    assert stage.cost in ("LOCAL", "APART")
    assert len(stage.read(_prepared(stage, ORDINARY))) == len(ORDINARY)


def test_its_evidence_can_be_stored(stage: Stage):
    for said in stage.read(_prepared(stage, [PRIVATE, "\x00 quoi \ud83d ?", *ORDINARY])):
        stored = json.dumps(dict(said.evidence), ensure_ascii=False) if said else "{}"
        assert json.loads(stored) == (dict(said.evidence) if said else {})
        assert stored.encode()  # a lone surrogate has no encoding, and PostgreSQL takes no NUL
        assert "\\u0000" not in stored


def test_its_evidence_tells_no_address_nor_number(stage: Stage):
    said = stage.read(_prepared(stage, [PRIVATE]))[0]
    told = json.dumps(dict(said.evidence), ensure_ascii=False) if said else ""
    assert [secret for secret in KEPT_BACK if secret in told] == []


def _prepared(stage: Stage, texts: Sequence[str]) -> list[Reading]:
    """The texts with what the stages before this one say of them."""
    readings = [Reading(text) for text in texts]
    for before in stages()[: stages().index(stage)]:
        readings = [
            _with(reading, before.name, said) for reading, said in zip(readings, before.read(readings), strict=True)
        ]
    return readings


def _with(reading: Reading, name: str, said: Annotation | None) -> Reading:
    return replace(reading, annotations={**reading.annotations, name: said}) if said else reading
