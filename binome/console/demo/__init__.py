"""The demo community: loaded once, by the same services that real life goes through."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.db import transaction
from django.urls import reverse

from binome.accounts.models import User
from binome.assistant import services as assistant
from binome.assistant.told import PastAnswer, record_answers
from binome.autonomy import services as autonomy
from binome.autonomy.told import Looked
from binome.channels import services as channels
from binome.channels.models import Channel
from binome.console.demo.past import Moments, past_conversation, unanswered
from binome.console.demo.years import exchanges
from binome.inbox import history
from binome.inbox import services as inbox
from binome.inbox.models import Conversation, Message
from binome.knowledge import services as knowledge
from binome.knowledge.memory import taking
from binome.knowledge.models import Source
from binome.knowledge.services import Unanswered, Writing
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
        told = {name: reply[name] for name in ("title", "text", "language")}
        inbox.save_reply(workspace, **told, serves=reply.get("serves", []), actor="system")
    sources = _sources(workspace, community, people)
    _conversations(community, people, places, sources)
    _open_lanes(workspace, community, people)
    _acts_of_the_past(workspace, people)
    taking.take(workspace, "jsonl", list(exchanges(people)))
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
    told = [{name: person[name] for name in ("email", "name", "language")} for person in community["team"]]
    keys = [person["key"] for person in community["team"]]
    return dict(zip(keys, User.objects.create_team(told, PASSWORD), strict=True))


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


def _sources(workspace: Workspace, community: Mapping[str, Any], people: Mapping[str, User]) -> dict[str, Source]:
    topics = {topic["key"]: topic for topic in community["topics"]}
    entries = yaml.safe_load((FOLDER / "faq.yaml").read_text("utf-8"))
    moments = Moments(ZoneInfo(workspace.time_zone))
    writings = [
        (
            Writing(
                question=entry["question"],
                answer=entry["answer"],
                language=entry["language"],
                alternatives=entry["alternatives"],
                topic=topics[entry["topic"]][entry["language"]],
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
    lines = list(_lines("conversations.jsonl"))
    told = [(places[line["channel"]], past_conversation(line, moments, people, sources, tags)) for line in lines]
    conversations = history.record_all(told)
    understanding.annotate(list(Message.objects.filter(by=Message.By.MEMBER).values_list("pk", flat=True)))
    undecided = [one for one, line in zip(conversations, lines, strict=True) if one and "suggestion" in line]
    assistant.respond(_last_words(undecided))
    _unanswered(places, moments)


def _last_words(conversations: Sequence[Conversation]) -> list[int]:
    """The last message of a member in each."""
    said = Message.objects.filter(conversation__in=conversations, by=Message.By.MEMBER).order_by("at", "pk")
    last = dict(said.values_list("conversation", "pk"))
    return [last[conversation.pk] for conversation in conversations]


def _unanswered(places: Mapping[str, Channel], moments: Moments) -> None:
    """Questions that had no answer, each in a conversation long closed by a person."""
    lines = list(_lines("unanswered.jsonl"))
    told = [(places[line["channel"]], unanswered(line, number, moments)) for number, line in enumerate(lines)]
    conversations = history.record_all(told)
    messages = {
        one.conversation_id: one for one in Message.objects.filter(conversation__in=filter(None, conversations))
    }
    knowledge.note_gaps(
        [
            Unanswered(messages[one.pk], line["text"], line["language"])
            for one, line in zip(conversations, lines, strict=True)
            if one
        ]
    )


def _open_lanes(workspace: Workspace, community: Mapping[str, Any], people: Mapping[str, User]) -> None:
    owner = workspace.memberships.get(role="owner")
    for asked in community["lanes"]:
        lane = autonomy.lane(workspace.pk, act=asked["act"], topic=asked["topic"], language=asked["language"])
        autonomy.open_on_trial(lane, membership=owner)


def _acts_of_the_past(workspace: Workspace, people: Mapping[str, User]) -> None:
    """The answers given alone these last weeks; those of more than four days ago have been looked at, whatever the hour."""
    since = Moments(ZoneInfo(workspace.time_zone)).instant("-4d 00:00")
    replies = list(Message.objects.filter(workspace=workspace, by=Message.By.AI).exclude(sources=[]).order_by("at"))
    sources = workspace.sources.in_bulk([reply.sources[0]["source"] for reply in replies])
    lanes = {lane.language: lane for lane in workspace.lanes.filter(act="answer", topic="faq")}
    answers = []
    for reply in replies:
        source = sources[reply.sources[0]["source"]]
        looked = Looked(reply.at + timedelta(hours=20), people["ines"], source.external_id not in DOUBTED)
        answers.append(PastAnswer(reply, lanes[source.language], source, SURE, looked if reply.at < since else None))
    record_answers(answers)


def _lines(name: str) -> Iterator[dict[str, Any]]:
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        if line.strip():
            yield json.loads(line)
