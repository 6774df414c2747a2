"""A lane that stands open on evidence: what is unlike the evidence is not answered, and nothing leaves once it fell back."""

from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from django.db import transaction

from binome.assistant import past
from binome.assistant import services as assistant
from binome.assistant.models import Suggestion
from binome.autonomy import services as autonomy
from binome.autonomy.guarantee import UNKNOWN
from binome.autonomy.models import Audit, Lane, Verdict
from binome.channels import gate
from binome.channels.models import Channel, Delivery
from binome.inbox.models import Message
from binome.journal.models import Entry
from binome.kit import clock
from binome.knowledge import finding
from binome.knowledge import services as knowledge
from binome.knowledge.finding import Answer
from binome.knowledge.models import Source
from binome.knowledge.services import Writing
from binome.understanding.models import Annotation
from binome.workspaces.models import Membership, Workspace
from tests.community import at_once, conversation, message, raised, teammate
from tests.doubles.notebook.connector import lines
from tests.understood import PLAIN

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = "Oui, de 10 h à 18 h."
JUDGED = 220
"""Verdicts that say enough of what is usual for a case to be unlike all of them: half of them, with one case, are a hundred."""


@pytest.fixture
def source(community: Workspace, monkeypatch: pytest.MonkeyPatch) -> Source:
    written = knowledge.write_source(community, Writing("Ouvert le dimanche ?", ANSWER, "fr"), actor="test")
    monkeypatch.setattr(finding, "find", lambda questions: [[Answer(written, 0.97)] for _one in questions])
    return written


@pytest.fixture
def lane(community: Workspace, owner: Membership, source: Source, monkeypatch: pytest.MonkeyPatch) -> Lane:
    """Open on verdicts that all lie around one direction; words that begin with “Loin” lie in another."""
    lane = autonomy.lane(community.pk, act="answer", topic="faq", language="fr")
    autonomy.choose_promise(lane, membership=owner, risk=0.1, doubt=0.05, audit_share=1.0)
    random = np.random.default_rng(0)
    leaned_on = {"source": source.pk, "revision": source.revision, "version": finding.version()}
    for number in range(JUDGED):
        autonomy.give_verdict(
            lane,
            suggestion=10**9 + number,
            judgement="accepted",
            confidence=0.97,
            user=None,
            leaned_on={**leaned_on, "vector": _around(0, random)},
        )
    autonomy.open_guaranteed(lane, membership=owner, version=finding.version(), daily_cap=500)
    near = np.random.default_rng(1)
    encode = lambda texts: np.stack([_around(int(text.startswith("Loin")), near) for text in texts])  # noqa: E731
    monkeypatch.setattr(past.encoder, "encode", encode)
    monkeypatch.setattr(past, "_maps", type(past._maps)())
    return Lane.objects.get(pk=lane.pk)


def _around(direction: int, random: np.random.Generator) -> np.ndarray:
    row = random.normal(size=512) * 0.02
    row[direction] += 1
    return (row / np.linalg.norm(row)).astype(np.float32)


def heard(place: Channel, text: str = "Ouvert dimanche ?") -> Message:
    one = message(conversation(place, waiting_since=clock.now()), text)
    for stage, label in PLAIN.items():
        Annotation.objects.create(
            workspace_id=one.workspace_id, message=one, stage=stage, version="1", label=label, confidence=0.95
        )
    return one


def answered(place: Channel, text: str = "Ouvert dimanche ?") -> Suggestion:
    said = heard(place, text)
    assistant.respond([said.pk])
    return Suggestion.objects.get(message=said)


class TestUnknownTerritory:
    def test_what_is_like_the_evidence_is_answered_and_what_is_far_from_all_of_it_is_not(
        self, place: Channel, lane: Lane
    ) -> None:
        near, far = answered(place), answered(place, "Loin de tout, peut-on camper ?")
        assert (near.state, near.why["decision"]["reason"]) == ("acted", "guaranteed")
        assert (far.state, far.why["decision"]["reason"]) == ("pending", "unknown_territory")
        assert far.why["case"]["resemblance"] <= UNKNOWN < near.why["case"]["resemblance"]
        assert {"without": "unknown_territory", "then": "act"} in far.why["would_change"]
        assert Delivery.objects.filter(text__contains=ANSWER).count() == 1

    def test_a_run_of_strange_cases_raises_the_audits_and_a_run_of_like_ones_does_not(
        self, place: Channel, lane: Lane, owner: Membership
    ) -> None:
        autonomy.choose_promise(lane, membership=owner, risk=0.1, doubt=0.05, audit_share=0.1)
        for _case in range(6):
            answered(place)
        assert Audit.objects.latest("pk").floor == 0.1
        for _case in range(6):
            answered(place, "Loin de tout, peut-on camper ?")
        answered(place)
        assert Audit.objects.latest("pk").floor == 0.4

    def test_a_verdict_on_what_was_unlike_the_evidence_is_no_evidence(self, place: Channel, lane: Lane) -> None:
        far = answered(place, "Loin de tout, peut-on camper ?")
        assistant.refuse(far, user=teammate(place.workspace))
        assert Verdict.objects.get(suggestion=far.pk).counts is False

    def test_on_trial_nothing_is_measured_and_nothing_is_far(
        self, place: Channel, lane: Lane, owner: Membership
    ) -> None:
        autonomy.open_on_trial(lane, membership=owner, strictness=0.5)
        assert answered(place, "Loin de tout, peut-on camper ?").state == "acted"


class TestFallingBackWhileAnswering:
    def test_what_was_prepared_while_the_lane_fell_back_does_not_leave(
        self, place: Channel, lane: Lane, book: Path
    ) -> None:
        """Answers decided, queued and under way, while audits close the lane on another connection."""
        auditor = teammate(place.workspace)
        judged = [answered(place) for _act in range(40)]
        while gate.deliver_due():
            pass
        waiting = [heard(place).pk for _message in range(30)]

        def judge() -> Any:
            for suggestion in judged:
                assistant.judge_alone(suggestion, right=False, user=auditor)
                if Lane.objects.get(pk=lane.pk).level != "act":
                    return clock.now()
            raise AssertionError("it never fell back")

        def answer(messages: list[int]) -> None:
            for one in messages:
                assistant.respond([one])

        def send() -> None:
            for _round in range(30):
                gate.deliver_due()

        results = at_once(judge, lambda: answer(waiting[:15]), lambda: answer(waiting[15:]), send, send)
        assert raised(results) == []
        fallen_at = results[0]
        while gate.deliver_due():
            pass
        begun = Delivery.objects.exclude(claimed_at=None).values_list("claimed_at", flat=True)
        assert [at for at in begun if at > fallen_at] == []
        late = Delivery.objects.filter(state="cancelled")
        assert set(late.values_list("failure", flat=True)) <= {"LaneClosed"}
        alone = Delivery.objects.filter(authorisation__evidence__has_key="suggestion")
        assert set(alone.values_list("state", flat=True)) <= {"sent", "cancelled"}
        assert alone.filter(state="sent").count() == len(
            [line for line in lines(book, "arrived") if ANSWER in line["text"]]
        )
        assert Entry.objects.filter(kind="LaneFellBack").count() == 1
        assert answered(place).state == "pending"

    def test_an_answer_decided_before_the_fall_and_written_after_it_is_stopped_at_the_gate(
        self, place: Channel, lane: Lane, book: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The decision sees an open lane; before it is committed, the lane has fallen back on another connection."""
        falling, decided, note_cases = Event(), Event(), autonomy.note_cases
        said = heard(place)

        def fall_back() -> None:
            with transaction.atomic():
                autonomy.fall_back(Lane.objects.get(pk=lane.pk), "broken")
                falling.set()
                assert decided.wait(20)

        def answer() -> None:
            assert falling.wait(20)
            assistant.respond([said.pk])

        def noted(came: Any) -> None:
            decided.set()
            note_cases(came)

        monkeypatch.setattr(autonomy, "note_cases", noted)
        assert raised(at_once(fall_back, answer)) == []
        acted = Suggestion.objects.get(message=said)
        assert (acted.state, Lane.objects.get(pk=lane.pk).level) == ("acted", "suggest")
        while gate.deliver_due():
            pass
        delivery = Delivery.objects.get(message=acted.reply)
        assert (delivery.state, delivery.failure, lines(book, "arrived")) == ("cancelled", "LaneClosed", [])
