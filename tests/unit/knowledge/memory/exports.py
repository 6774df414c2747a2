# ruff: noqa: E501
"""Small exports in the shape of each tool's own, written by hand: the same exchange in all of them, as far as each can hold it."""

import gzip
import io
import json
import zipfile
from typing import Any

ASKED, ANSWERED = "Où est l’atelier ?", "Au 12, quai du Canal. À bientôt !"
AT, LATER = "2026-03-01T09:00:00+01:00", "2026-03-01T09:05:00+01:00"
FIRST, SECOND = 1_772_352_000, 1_772_352_300
"""The same instants, in seconds."""


def lines(*rows: Any) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


OURS = lines(
    {"id": "1", "thread": "t", "at": AT, "by": "member", "author": "Mina", "text": ASKED, "channel": "chat", "language": "fr"},
    {"id": "2", "thread": "t", "at": LATER, "by": "team", "author": "Léa", "text": ANSWERED, "closed": True, "edited_from": "Au 12."},
)  # fmt: skip

TABLE = f"""Conversation;Date;Direction;Auteur;Texte
t;{AT};incoming;Mina;{ASKED}
t;{LATER};outgoing;Léa;{ANSWERED}
"""

ZENDESK = lines(
    {
        "id": 7,
        "status": "closed",
        "requester_id": 11,
        "via": {"channel": "email"},
        "comments": [
            {"id": 71, "author_id": 11, "plain_body": ASKED, "public": True, "created_at": "2026-03-01T08:00:00Z"},
            {"id": 72, "author_id": 5, "plain_body": "à vérifier avec Léa", "public": False, "created_at": "2026-03-01T08:01:00Z"},
            {"id": 73, "author_id": 5, "html_body": f"<p>{ANSWERED}</p>", "public": True, "created_at": "2026-03-01T08:05:00Z"},
        ],
    }
)  # fmt: skip

CHATWOOT = json.dumps(
    {
        "data": {
            "payload": [
                {
                    "id": 3,
                    "status": "resolved",
                    "meta": {"channel": "Channel::WebWidget", "sender": {"name": "Mina"}},
                    "messages": [
                        {"id": 31, "content": ASKED, "message_type": 0, "created_at": FIRST, "private": False, "sender": {"name": "Mina"}},
                        {"id": 32, "content": "quelqu’un ?", "message_type": 1, "created_at": FIRST + 1, "private": True, "sender": {"name": "Léa"}},
                        {"id": 33, "content": "Conversation was assigned", "message_type": 2, "created_at": FIRST + 2, "private": False},
                        {"id": 34, "content": ANSWERED, "message_type": 1, "created_at": SECOND, "private": False, "sender": {"name": "Léa"}},
                    ],
                }
            ]
        }
    }
).encode()  # fmt: skip

INTERCOM = json.dumps(
    {
        "conversations": [
            {
                "type": "conversation",
                "id": "9",
                "created_at": FIRST,
                "source": {"type": "conversation", "id": "90", "body": f"<p>{ASKED}</p>", "author": {"type": "user", "name": "Mina"}},
                "conversation_parts": {
                    "conversation_parts": [
                        {"id": "91", "part_type": "note", "body": "<p>vu</p>", "created_at": FIRST, "author": {"type": "admin", "name": "Léa"}},
                        {"id": "92", "part_type": "comment", "body": f"<p>{ANSWERED}</p>", "created_at": SECOND, "author": {"type": "admin", "name": "Léa"}},
                        {"id": "93", "part_type": "close", "body": None, "created_at": SECOND, "author": {"type": "admin", "name": "Léa"}},
                    ]
                },
            }
        ]
    }
).encode()  # fmt: skip


def spelt_by_meta(text: str) -> str:
    return text.encode().decode("latin-1")


def meta_thread(path: str, member: str, *said: tuple[str, int, str]) -> dict[str, Any]:
    return {
        "participants": [{"name": spelt_by_meta(member)}, {"name": spelt_by_meta("L’Atelier")}],
        "messages": [
            {"sender_name": spelt_by_meta(who), "timestamp_ms": at * 1000, "content": spelt_by_meta(text), "type": "Generic"}
            for who, at, text in reversed(said)
        ],
        "title": spelt_by_meta(member),
        "thread_path": path,
    }  # fmt: skip


def packed(files: dict[str, Any]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, bytes) else json.dumps(content))
    return held.getvalue()


META = packed(
    {
        "your_facebook_activity/messages/inbox/mina_1/message_1.json": meta_thread(
            "inbox/mina_1", "Mina", ("Mina", FIRST, ASKED), ("L’Atelier", SECOND, ANSWERED)
        ),
        "your_facebook_activity/messages/inbox/ali_2/message_1.json": meta_thread(
            "inbox/ali_2", "Ali", ("Ali", SECOND, "Merci 😊")
        ),
        "your_facebook_activity/messages/inbox/mina_1/photos/a.jpg": b"\xff\xd8",
    }
)

MASTODON = packed(
    {
        "outbox.json": {
            "type": "OrderedCollection",
            "orderedItems": [
                {
                    "type": "Create",
                    "actor": "https://social.example/users/atelier",
                    "object": {
                        "id": "https://social.example/1",
                        "inReplyTo": "https://elsewhere.example/notes/5",
                        "published": "2026-03-01T08:05:00Z",
                        "content": f"<p>{ANSWERED}</p>",
                        "contentMap": {"fr": f"<p>{ANSWERED}</p>"},
                    },
                },
                {"type": "Announce", "object": "https://elsewhere.example/notes/6"},
            ],
        },
        "actor.json": {"type": "Person"},
    }
)

MBOX = f"""From mina@example.org Sun Mar  1 09:00:00 2026
From: Mina <mina@example.org>
To: bonjour@atelier.example
Date: Sun, 01 Mar 2026 09:00:00 +0100
Message-ID: <a@example.org>
Subject: =?utf-8?q?Ad=C3=A8le?=
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{ASKED}

From bonjour@atelier.example Sun Mar  1 09:05:00 2026
From: Léa <bonjour@atelier.example>
To: mina@example.org, ali@example.org
Date: Sun, 01 Mar 2026 09:05:00 +0100
Message-ID: <b@atelier.example>
In-Reply-To: <a@example.org>
References: <a@example.org>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{ANSWERED}

Le dim. 1 mars 2026 à 09:00, Mina a écrit :
> {ASKED}
""".encode()

WHOLE = {
    "jsonl": ("history.jsonl", OURS),
    "jsonl packed": ("history.jsonl.gz", gzip.compress(OURS)),
    "csv": ("history.csv", TABLE.encode()),
    "csv of Windows": ("history.csv", TABLE.replace("’", "'").encode("cp1252")),
    "zendesk": ("tickets.json", ZENDESK),
    "chatwoot": ("conversations.json", CHATWOOT),
    "intercom": ("export.json", INTERCOM),
    "meta": ("facebook.zip", META),
    "mbox": ("mail.mbox", MBOX),
}
"""Exports that hold both sides."""
