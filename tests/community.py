"""A small community to write tests with: each call makes something new, named by a number."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Barrier, Thread
from typing import Any

from django.db import connection

from binome.accounts.models import User
from binome.channels import services as channels
from binome.channels.models import Channel
from binome.channels.models import Thread as Place
from binome.channels.services import Ages
from binome.inbox.batches import searchable
from binome.inbox.models import Conversation, Message
from binome.members.models import Identity, Member
from binome.sdk.types import Payload
from binome.workspaces.models import Membership, Role, Workspace

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
_number = count(1)


def workspace(**fields: Any) -> Workspace:
    number = next(_number)
    return Workspace.objects.create(**{"name": f"Community {number}", "slug": f"community-{number}", **fields})


def teammate(team: Workspace, role: Role = Role.OPERATOR) -> User:
    number = next(_number)
    user = User.objects.create(email=f"person{number}@example.org", name=f"Person {number}")
    Membership.objects.create(workspace=team, user=user, role=role)
    return user


def channel(team: Workspace, connector: str = "playground", **values: Any) -> Channel:
    values = {"room": f"room-{next(_number)}", **values}
    ages = Ages(alone_within_hours=24 * 365, quiet_after_days=3650)  # NOON is long ago
    return channels.connect_channel(team, connector=connector, name="Somewhere", values=values, actor="test", ages=ages)


def conversation(place: Channel, **fields: Any) -> Conversation:
    number = next(_number)
    thread = Place.objects.create(workspace_id=place.workspace_id, channel=place, external_id=f"thread-{number}")
    member = Member.objects.create(workspace_id=place.workspace_id, name=f"Member {number}")
    Identity.objects.create(
        workspace_id=place.workspace_id, member=member, channel=place, external_id=f"member-{number}"
    )
    values = {"workspace_id": place.workspace_id, "channel": place, "thread": thread, "member": member}
    return Conversation.objects.create(**{**values, **fields})


def message(said_in: Conversation, text: str = "Are you open on Sunday?", **fields: Any) -> Message:
    values = {
        "workspace_id": said_in.workspace_id,
        "conversation": said_in,
        "channel_id": said_in.channel_id,
        "by": Message.By.MEMBER,
        "member": said_in.member,
        "external_id": f"message-{next(_number)}",
        "text": text,
        "search": searchable(text),
    }
    return Message.objects.create(**{**values, **fields})


def said(message_id: str, text: str = "Hello", *, minute: float = 0, **fields: Any) -> Payload:
    """What the playground sends when somebody says something, *minute* minutes after noon."""
    body = {"id": message_id, "text": text, "at": (NOON + timedelta(minutes=minute)).isoformat(), **fields}
    return Payload(json.dumps(body, sort_keys=True).encode(), json.dumps(body, sort_keys=True))


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returns (or the exception it raised), all begun at the same instant on connections of their own."""
    ready, results = Barrier(len(calls)), [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            ready.wait(10)
            results[place] = call()
        except BaseException as error:  # told to the test, which asserts on it
            results[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place, call)) for place, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return results


def raised(results: Sequence[Any]) -> list[BaseException]:
    return [result for result in results if isinstance(result, BaseException)]
