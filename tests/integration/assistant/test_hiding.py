"""Hiding what harms and approving what waits, where the channel can: proposed, judged, done alone in their lanes."""

from collections.abc import Callable, Mapping

import pytest

from binome.assistant import services as assistant
from binome.assistant import triage, voiding
from binome.assistant.models import Suggestion
from binome.autonomy import services as autonomy
from binome.autonomy.models import Audit, Outcome, Verdict
from binome.channels import gate
from binome.channels.models import Channel, Delivery
from binome.inbox import services as inbox
from binome.inbox.models import Attachment, Message
from binome.journal import listening
from binome.journal import services as journal
from binome.knowledge import finding
from binome.knowledge import services as knowledge
from binome.knowledge.finding import Answer
from binome.knowledge.services import Writing
from binome.understanding.models import Annotation, CloserLook, Understood
from binome.workspaces.models import Membership, Workspace
from tests.community import NOON, channel, conversation, message
from tests.integration.assistant.test_triage import opened, proposed
from tests.understood import PLAIN

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The FAQ answers nothing here."""
    monkeypatch.setattr(finding, "find", lambda questions: [[] for _one in questions])


@pytest.fixture
def room(community: Workspace) -> Channel:
    return channel(community, can_moderate="on")


def heard_as(room: Channel, text: str, *, held: bool = False, **read: tuple[str, float]) -> Message:
    said_in = conversation(room, waiting_since=NOON)
    one = message(said_in, text, held=held)
    calm = {"hate": ("ok", 0.99), "toxicity": ("ok", 0.97), "spam": ("ok", 0.98), "distress": ("none", 0.95)}
    for stage, (label, confidence) in {**{k: (v, 0.9) for k, v in PLAIN.items()}, **calm, **read}.items():
        Annotation.objects.create(
            workspace_id=one.workspace_id, message=one, stage=stage, version="1", label=label, confidence=confidence
        )
    assistant.respond([one.pk])
    return Message.objects.get(pk=one.pk)


def test_what_harms_is_proposed_for_hiding_and_stays(room: Channel) -> None:
    one = heard_as(room, "Gagnez 500 € par jour, lien en bio", spam=("spam", 0.93))
    suggestion = proposed("hide")
    assert (suggestion.state, suggestion.text, suggestion.confidence) == ("pending", "spam", 0.93)
    assert one.hidden_at is None


def test_where_the_channel_cannot_nothing_is_proposed(chat: Channel) -> None:
    heard_as(chat, "Gagnez 500 € par jour, lien en bio", spam=("spam", 0.93))
    assert not Suggestion.objects.filter(lane__act="hide").exists()


def test_in_an_open_lane_it_leaves_through_the_gate_with_its_right(room: Channel, owner: Membership) -> None:
    opened(owner, "hide", strictness=0.9)
    one = heard_as(room, "Gagnez 500 € par jour, lien en bio", spam=("spam", 0.93))
    suggestion, line = proposed("hide"), Delivery.objects.get(does="hide")
    assert (suggestion.state, one.hidden_at is not None) == ("acted", True)
    assert (line.by_machine, line.in_reply_to) == (True, one.external_id)
    assert line.authorisation["evidence"] == {"suggestion": suggestion.pk, "lane": suggestion.lane_id}
    assert Audit.objects.get().suggestion == suggestion.pk


@pytest.mark.parametrize("cry", [{"distress": ("distress", 0.9)}, {"sensitive": ("complaint", 0.9)}])
def test_a_cry_or_a_complaint_is_not_hidden_without_a_person(
    room: Channel, owner: Membership, cry: dict[str, tuple[str, float]]
) -> None:
    opened(owner, "hide", strictness=0.5)
    one = heard_as(room, "Bande de nuls, je n'en peux plus", toxicity=("toxic", 0.97), **cry)
    assert (proposed("hide").state, one.hidden_at) == ("pending", None)
    triage.refuse(proposed("hide"), user=owner.user)
    assert Verdict.objects.get().counts is False


def test_what_waits_and_harms_nobody_is_approved_alone_in_an_open_lane(room: Channel, owner: Membership) -> None:
    opened(owner, "approve", strictness=0.9)
    one = heard_as(room, "Bravo pour samedi !", held=True)
    assert (proposed("approve").state, one.held) == ("acted", False)
    assert proposed("approve").confidence == 0.97
    assert Delivery.objects.get(does="show").in_reply_to == one.external_id


def test_what_waits_is_not_answered_alone_before_it_is_seen(
    room: Channel, owner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = knowledge.write_source(
        owner.workspace, Writing("Ouvert dimanche ?", "Oui, dès dix heures.", "fr"), actor="test"
    )
    monkeypatch.setattr(finding, "find", lambda questions: [[Answer(source, 0.95)] for _one in questions])
    opened(owner, "answer")
    heard_as(room, "Ouvert dimanche ?", held=True)
    answer = proposed("answer")
    assert (answer.state, answer.why["decision"]["reason"]) == ("pending", "awaits_approval")


def test_a_file_in_what_waits_is_looked_at_by_a_person(room: Channel, owner: Membership) -> None:
    opened(owner, "approve", strictness=0.5)
    said_in = conversation(room, waiting_since=NOON)
    one = message(said_in, "Regardez", held=True)
    Attachment.objects.create(message=one, name="a.png", content_type="image/png", size=1)
    for stage, label in {**PLAIN, "hate": "ok", "toxicity": "ok", "spam": "ok", "distress": "none"}.items():
        Annotation.objects.create(
            workspace_id=one.workspace_id, message=one, stage=stage, version="1", label=label, confidence=0.99
        )
    assistant.respond([one.pk])
    assert (proposed("approve").state, proposed("approve").why["decision"]["reason"]) == ("pending", "attachment")


@pytest.mark.parametrize(("do", "judged"), [("hide", "accepted"), ("show", "refused")])
def test_a_persons_own_hand_is_the_verdict(
    room: Channel, owner: Membership, listen: Callable[[], None], do: str, judged: str
) -> None:
    one = heard_as(room, "Gagnez 500 €", held=True, spam=("spam", 0.93))
    (inbox.hide if do == "hide" else inbox.show)(one, user=owner.user)
    listen()
    assert Verdict.objects.get(lane__act="hide").judgement == judged


def test_shown_again_by_a_person_it_is_reversed(room: Channel, owner: Membership, listen: Callable[[], None]) -> None:
    opened(owner, "hide", strictness=0.9)
    one = heard_as(room, "Gagnez 500 € par jour, lien en bio", spam=("spam", 0.93))
    inbox.show(one, user=owner.user)
    listen()
    assert Outcome.objects.get().kind == "reversed"


def test_judged_wrong_it_is_shown_again(room: Channel, owner: Membership) -> None:
    opened(owner, "hide", strictness=0.9)
    one = heard_as(room, "Gagnez 500 € par jour, lien en bio", spam=("spam", 0.93))
    assistant.judge_alone(proposed("hide"), right=False, user=owner.user)
    triage.undo(proposed("hide"), user=owner.user)
    one.refresh_from_db()
    assert one.hidden_at is None


def test_while_a_person_holds_the_thread_what_was_to_be_hidden_alone_stays_and_is_no_act(
    room: Channel, owner: Membership, listen: Callable[[], None]
) -> None:
    opened(owner, "hide", strictness=0.9)
    one = heard_as(room, "Gagnez 500 € par jour, lien en bio", spam=("spam", 0.93))
    inbox.take_over(one.conversation, user=owner.user)
    journal.seal()
    for name in listening.listeners:
        while listening.read(listening.listeners[name]):
            pass
    one.refresh_from_db()
    assert (one.hidden_at, proposed("hide").state) == (None, "lapsed")
    assert not Audit.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_hidden_once_its_lane_has_fallen_back(room: Channel, owner: Membership) -> None:
    lane = opened(owner, "hide", strictness=0.9)
    one = heard_as(room, "Gagnez 500 € par jour, lien en bio", spam=("spam", 0.93))
    autonomy.lower(lane, "suggest", actor="test")
    while gate.deliver_due():
        pass
    assert Delivery.objects.get(does="hide").failure == "LaneClosed"
    assert one.external_id


def test_another_version_of_the_reading_is_asked_again(room: Channel, owner: Membership) -> None:
    heard_as(room, "CLIQUEZ ICI gagnez 500€/jour bit.ly/xxx investissement crypto garanti", spam=("spam", 0.93))
    triage.accept(proposed("hide"), user=owner.user)
    Verdict.objects.update(version="harm=0")
    while voiding.rescore_harm():
        pass
    assert Verdict.objects.get().version != "harm=0"


def annotate(one: Message, told: Mapping[str, str]) -> None:
    """What each of these stages says of a message."""
    for stage, label in told.items():
        Annotation.objects.create(
            workspace_id=one.workspace_id, message=one, stage=stage, version="1", label=label, confidence=0.97
        )


@pytest.mark.parametrize("silent", ["distress", "sensitive", "hate"])
def test_where_a_stage_was_silent_a_person_looks(
    room: Channel, owner: Membership, monkeypatch: pytest.MonkeyPatch, silent: str
) -> None:
    """A stage that failed has not said that there is no cry."""
    opened(owner, "hide", strictness=0.5)
    said_in = conversation(room, waiting_since=NOON)
    one = message(said_in, "Gagnez 500 €")
    told = {**PLAIN, "hate": "ok", "toxicity": "ok", "spam": "spam", "distress": "none"}
    annotate(one, {stage: label for stage, label in told.items() if stage != silent})
    assistant.respond([one.pk])
    assert (proposed("hide").state, proposed("hide").why["decision"]["reason"]) == ("pending", "not_read")


def test_while_a_language_model_is_asked_nothing_is_hidden_alone(room: Channel, owner: Membership) -> None:
    opened(owner, "hide", strictness=0.5)
    said_in = conversation(room, waiting_since=NOON)
    one = message(said_in, "Gagnez 500 €")
    told = {**PLAIN, "hate": "ok", "toxicity": "ok", "spam": "spam", "distress": "none"}
    Understood.objects.create(message=one, workspace_id=one.workspace_id)
    CloserLook.objects.create(message=one, of=CloserLook.Of.DOUBTS, workspace_id=one.workspace_id)
    annotate(one, told)
    assistant.respond([one.pk])
    assert (proposed("hide").state, proposed("hide").why["decision"]["reason"]) == ("pending", "unsure_reading")


def test_what_a_language_model_answered_takes_no_caution_away(room: Channel, owner: Membership) -> None:
    opened(owner, "hide", strictness=0.5)
    said_in = conversation(room, waiting_since=NOON)
    one = message(said_in, "Bande de nuls, je n'en peux plus")
    told = {**PLAIN, "hate": "ok", "toxicity": "toxic", "spam": "ok"}
    annotate(one, told)
    Annotation.objects.filter(message=one, stage="distress").update(
        confidence=0.97, evidence={"asked": "a model", "before": ["distress", 0.8]}
    )
    assistant.respond([one.pk])
    assert (proposed("hide").state, proposed("hide").why["decision"]["reason"]) == ("pending", "distress")
