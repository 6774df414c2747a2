"""A community of any size in seconds: members, conversations over two years, in a fixed order of chance; needs no data."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from benchmarks.short_messages import built_in_messages
from binome.kit.text import fold

SEED = 7
LAST = datetime(2026, 6, 1, 18, tzinfo=UTC)
RARE = "anticonstitutionnellement"
"""Said in seven conversations, spread over the two years."""

NAMES = ("Camille", "Sacha", "Noor", "Lou", "Amina", "Théo", "Inès", "Hugo", "Jade", "Malik", "Rose", "Yanis")
CHANNELS = (("Chat", 50), ("Forum", 25), ("Courrier", 15), ("Réseau", 10))
TAGS = ("facture", "bug", "bénévoles", "presse", "urgent", "idée")
ANSWERS = (
    "Bonjour, nous ouvrons à 10 h du mardi au samedi.", "Merci pour votre message, nous revenons vers vous demain.",
    "Hello, the workshop takes place on the first Saturday.", "C’est noté, à samedi !", "Your card is at the desk.",
    "La cotisation est de 20 € par an, 10 € pour les étudiants.",
)  # fmt: skip


@transaction.atomic
def fill(workspace_id: int, owner_id: int, conversations: int, messages_each: int = 5) -> None:
    """Enter the conversations by COPY; a tenth wait for a person, a quarter are open, the rest closed or put away."""
    chance = random.Random(SEED)
    channels = _channels(workspace_id)
    drawn = list(_conversations(chance, channels, conversations, messages_each))
    _copy("members_member", ("id", "workspace_id", "name", "language", "first_seen_at", "last_seen_at"), (
        (one["id"], workspace_id, one["name"], one["language"], one["times"][0], one["times"][-1]) for one in drawn
    ))  # fmt: skip
    _copy("channels_thread", ("id", "workspace_id", "channel_id", "external_id", "held_by_person"), (
        (one["id"], workspace_id, one["channel"], f"thread-{one['id']}", False) for one in drawn
    ))  # fmt: skip
    _copy("inbox_conversation", (
        "id", "workspace_id", "channel_id", "thread_id", "member_id", "subject", "language", "state", "assignee_id",
        "needs_person", "waiting_since", "snoozed_until", "last_message_at", "last_text", "last_by", "done_alone_at", "created_at",
    ), (_conversation_row(one, workspace_id, owner_id) for one in drawn))  # fmt: skip
    _messages(workspace_id, drawn)
    _tags(workspace_id, drawn)
    _handovers(workspace_id, drawn)
    for table in ("members_member", "channels_thread", "inbox_conversation"):
        _continue_ids(table)


def _conversations(
    chance: random.Random, channels: list[int], count: int, messages_each: int
) -> Iterator[dict[str, Any]]:
    asked = built_in_messages(4_000)
    weights = [weight for _name, weight in CHANNELS]
    for number in range(count):
        start = LAST - timedelta(minutes=26 * (count - number), seconds=chance.randrange(86_400))
        times = [start + timedelta(minutes=7 * i, seconds=chance.randrange(300)) for i in range(messages_each)]
        texts = [chance.choice(asked) if i % 2 == 0 else chance.choice(ANSWERS) for i in range(messages_each)]
        if number % (count // 7) == count // 14:
            texts[0] += f" {RARE}"
        recent = number > 0.9 * count
        state = chance.choices(("open", "closed", "snoozed"), (60, 35, 5) if recent else (21, 78, 1))[0]
        yield {
            "id": 1_000_000 + number, "channel": chance.choices(channels, weights)[0], "times": times, "texts": texts,
            "name": f"{chance.choice(NAMES)} {number}", "language": chance.choices(("fr", "en"), (70, 30))[0],
            "state": state, "waits": state == "open" and chance.random() < 0.4, "alone": chance.random() < 0.2,
            "tags": chance.sample(range(len(TAGS)), chance.choices((0, 1, 2), (70, 22, 8))[0]),
            "mine": chance.random() < 0.3,
        }  # fmt: skip


def _conversation_row(one: dict[str, Any], workspace_id: int, owner_id: int) -> tuple[Any, ...]:
    last, mine = one["times"][-1], owner_id if one["mine"] else None
    until = last + timedelta(days=900) if one["state"] == "snoozed" else None
    waiting, alone = last if one["waits"] else None, last if one["alone"] else None
    return (
        one["id"], workspace_id, one["channel"], one["id"], one["id"], "", one["language"], one["state"], mine,
        one["waits"], waiting, until, last, one["texts"][-1][:190], "member", alone, one["times"][0],
    )  # fmt: skip


def _messages(workspace_id: int, drawn: list[dict[str, Any]]) -> None:
    """Through a table of passage, where PostgreSQL makes the words that are searched."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE said (conversation bigint, by text, text text, folded text, at timestamptz, n int)"
        )
    _copy("said", ("conversation", "by", "text", "folded", "at", "n"), (
        (one["id"], "member" if i % 2 == 0 else "operator", text, fold(text), at, i)
        for one in drawn for i, (text, at) in enumerate(zip(one["texts"], one["times"], strict=True))
    ))  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inbox_message (workspace_id, conversation_id, channel_id, by, member_id, external_id, text,"
            " html, at, received_at, automatic, wants_person, held, quiet, sources, search)"
            " SELECT %s, s.conversation, c.channel_id, s.by, c.member_id, 'm' || s.conversation || '-' || s.n, s.text,"
            " '', s.at, s.at, false, false, false, false, '[]', to_tsvector('simple', s.folded)"
            " FROM said s JOIN inbox_conversation c ON c.id = s.conversation ORDER BY s.at",
            [workspace_id],
        )
        cursor.execute("DROP TABLE said")


def _tags(workspace_id: int, drawn: list[dict[str, Any]]) -> None:
    from binome.inbox.models import Tag

    ids = [Tag.objects.create(workspace_id=workspace_id, name=name).pk for name in TAGS]
    rows = ((one["id"], ids[place]) for one in drawn for place in one["tags"])
    _copy("inbox_conversation_tags", ("conversation_id", "tag_id"), rows)


def _handovers(workspace_id: int, drawn: list[dict[str, Any]]) -> None:
    columns = ("workspace_id", "conversation_id", "reason", "detail", "at")
    rows = ((workspace_id, one["id"], "no_answer", "{}", one["times"][-1]) for one in drawn if one["waits"])
    _copy("inbox_handover", columns, rows)


def _channels(workspace_id: int) -> list[int]:
    from binome.channels.models import Channel

    made = [
        Channel.objects.create(workspace_id=workspace_id, connector="widget", name=name) for name, _weight in CHANNELS
    ]
    return [channel.pk for channel in made]


def _copy(table: str, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _continue_ids(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
