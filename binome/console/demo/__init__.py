"""The demo community: loaded once, by the same services that real life goes through."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.db import transaction
from django.urls import reverse

from binome.accounts.models import User
from binome.assistant import services as assistant
from binome.autonomy import services as autonomy
from binome.channels import services as channels
from binome.channels.models import Channel
from binome.console.demo.past import Moments, past_conversation
from binome.inbox import history
from binome.inbox import services as inbox
from binome.inbox.models import Conversation, Message
from binome.kit import clock
from binome.knowledge import services as knowledge
from binome.knowledge.models import Source
from binome.knowledge.services import Writing
from binome.understanding import services as understanding
from binome.workspaces import services as workspaces
from binome.workspaces.models import Role, Workspace

FOLDER = Path(__file__).parent
SURE = 0.9
"""How sure the demo says that its past answers were: they are told, not replayed."""

DOUBTED = {"repair-delay"}
"""Entries whose past answers the team judged wrong: the delay announced was not the one kept."""

PASSWORD = "velo-canal-demo"  # noqa: S105 - the demo's own, printed on the screen


def is_loaded() -> bool:
    """Whether the demo is here."""
    return Workspace.objects.filter(slug=_community()["slug"]).exists()


@transaction.atomic
def load() -> bool:
    """Bring the demo community in, unless it is there; whether it was brought in now."""
    if is_loaded():
        return False
    community = _community()
    people = _people(community)
    workspace = _workspace(community, people)
    places = {place["key"]: _place(workspace, place) for place in community["channels"]}
    for reply in community["saved_replies"]:
        inbox.save_reply(workspace, title=reply["title"], text=reply["text"], language=reply["language"])
    sources = _sources(workspace, people)
    _conversations(community, people, places, sources)
    _open_lanes(workspace, community, people)
    _acts_of_the_past(workspace, people)
    return True


def sign_in() -> tuple[str, str]:
    """The address and password of the person that the demo is shown as."""
    manager = next(person for person in _community()["team"] if person["role"] == "owner")
    return manager["email"], PASSWORD


def sample_page() -> str:
    """Where the chat can be tried, as a visitor of the demo's website would."""
    chat = next(channel for channel in _here().channels.order_by("pk") if _is_chat(channel))
    return reverse("widget:sample", args=[chat.public_id])


def _here() -> Workspace:
    return Workspace.objects.get(slug=_community()["slug"])


def _is_chat(channel: Channel) -> bool:
    return channels.manifests()[channel.connector].page == "chat"


def _community() -> dict[str, Any]:
    community: dict[str, Any] = yaml.safe_load((FOLDER / "community.yaml").read_text("utf-8"))
    return community


def _people(community: Mapping[str, Any]) -> dict[str, User]:
    return {
        person["key"]: User.objects.create_user(
            person["email"], PASSWORD, name=person["name"], language=person["language"]
        )
        for person in community["team"]
    }


def _workspace(community: Mapping[str, Any], people: Mapping[str, User]) -> Workspace:
    roles = {person["key"]: Role(person["role"]) for person in community["team"]}
    first = next(key for key, role in roles.items() if role == Role.OWNER)
    owner = workspaces.create_workspace(
        community["name"],
        owner=people[first],
        language=community["default_language"],
        time_zone=community["timezone"],
    )
    for key, role in roles.items():
        if key != first:
            _invitation, token = workspaces.invite(owner.workspace, email=people[key].email, role=role, by=owner)
            workspaces.accept_invitation(token, user=people[key])
    autonomy.prepare_lanes(owner.workspace)
    return owner.workspace


def _place(workspace: Workspace, place: Mapping[str, Any]) -> Channel:
    """A channel of the demo; those that would speak to a real server are paused, nothing of it exists."""
    manifest = channels.manifests()[place["connector"]]
    values = {s.name: s.default or "demo.example" for s in manifest.settings if s.required and not s.generated}
    if place.get("address"):
        values |= {s.name: place["address"] for s in manifest.settings if s.kind == "email"}
    channel = channels.connect_channel(
        workspace, connector=place["connector"], name=place["name"], values=values, actor="system"
    )
    if not manifest.visible_copy:
        channels.set_state(channel, Channel.State.PAUSED, actor="system")
    return channel


def _sources(workspace: Workspace, people: Mapping[str, User]) -> dict[str, Source]:
    entries = yaml.safe_load((FOLDER / "faq.yaml").read_text("utf-8"))
    moments = Moments(ZoneInfo(workspace.time_zone))
    writings = [
        (
            Writing(
                question=entry["question"],
                answer=entry["answer"],
                language=entry["language"],
                alternatives=entry["alternatives"],
                topic=entry["topic"],
                external_id=entry["key"],
                owner=people[entry["owner"]],
                expires_on=moments.day(entry.get("expires_on")),
            ),
            None,
        )
        for entry in entries
    ]
    return {source.external_id: source for source in knowledge.write_sources(workspace, writings, actor="system")}


def _conversations(
    community: Mapping[str, Any],
    people: Mapping[str, User],
    places: Mapping[str, Channel],
    sources: Mapping[str, Source],
) -> None:
    """Weeks of exchanges. Those that wait for a suggestion get the one that the AI really makes, lanes at *suggest*."""
    tags = {tag["key"]: tag[community["default_language"]] for tag in community["tags"]}
    moments = Moments(ZoneInfo(community["timezone"]))
    undecided = []
    for line in _lines("conversations.jsonl"):
        channel = places[line["channel"]]
        conversation = history.record(channel, past_conversation(line, moments, people, sources, tags))
        if conversation and "suggestion" in line:
            undecided.append(conversation)
    understanding.annotate(list(Message.objects.filter(by=Message.By.MEMBER).values_list("pk", flat=True)))
    assistant.respond([_last(conversation) for conversation in undecided])
    _unanswered(places, moments)


def _unanswered(places: Mapping[str, Channel], moments: Moments) -> None:
    """Questions that had no answer, each in a conversation long closed by a person."""
    for number, line in enumerate(_lines("unanswered.jsonl")):
        past = past_conversation(
            {
                "key": f"unanswered-{number}",
                "member": {"name": "", "handle": f"passage-{number}"},
                "status": "closed",
                "tags": [],
                "messages": [{"at": line["at"], "from": "member", "text": line["text"]}],
                "language": line["language"],
            },
            moments,
            {},
            {},
            {},
        )
        conversation = history.record(places[line["channel"]], past)
        if conversation:
            knowledge.note_gap(conversation.messages.get(), line["text"], line["language"])


def _open_lanes(workspace: Workspace, community: Mapping[str, Any], people: Mapping[str, User]) -> None:
    owner = workspace.memberships.get(role="owner")
    for asked in community["lanes"]:
        lane = autonomy.lane(workspace.pk, act=asked["act"], topic=asked["topic"], language=asked["language"])
        autonomy.open_on_trial(lane, membership=owner)


def _acts_of_the_past(workspace: Workspace, people: Mapping[str, User]) -> None:
    """The answers given alone these last weeks; those of more than four days ago have been looked at."""
    replies = list(Message.objects.filter(workspace=workspace, by=Message.By.AI).exclude(sources=[]).order_by("at"))
    sources = workspace.sources.in_bulk([reply.sources[0]["source"] for reply in replies])
    for reply in replies:
        source = sources[reply.sources[0]["source"]]
        lane = autonomy.lane(workspace.pk, act="answer", topic="faq", language=source.language)
        with clock.stopped_at(reply.at):
            act = assistant.record_past_act(reply, lane=lane, source=source, confidence=SURE)
        if act and reply.at < clock.now() - timedelta(days=4):
            with clock.stopped_at(reply.at + timedelta(hours=20)):
                assistant.judge_alone(act, right=source.external_id not in DOUBTED, user=people["ines"])


def _last(conversation: Conversation) -> int:
    return conversation.messages.filter(by=Message.By.MEMBER).order_by("-at", "-pk").values_list("pk", flat=True)[0]


def _lines(name: str) -> Iterator[dict[str, Any]]:
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        if line.strip():
            yield json.loads(line)
