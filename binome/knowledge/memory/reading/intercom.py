"""Intercom: a conversation begins with its source and goes on with its parts."""

from collections.abc import Iterator
from typing import Any

from binome.knowledge.memory.reading.plaintext import plain
from binome.knowledge.memory.said import MEMBER, TEAM, Said, instant, words

_MEMBERS = {"user", "lead", "contact"}
_SAID = {"comment", "open", "close", "assignment"}
"""Kinds of parts that the member sees, if they hold words; notes are for the team."""


def is_conversation(data: Any) -> bool:
    if not isinstance(data, dict) or not isinstance(data.get("source"), dict):
        return False
    return "conversation_parts" in data or data.get("type") == "conversation"


def messages(conversation: dict[str, Any], row: int) -> Iterator[Said]:
    """The first message, then the parts that hold words; closing without a word closes what was said before."""
    source = conversation["source"]
    first = {**source, "created_at": conversation["created_at"], "part_type": "comment"}
    parts = [first, *((conversation.get("conversation_parts") or {}).get("conversation_parts") or [])]
    said = [(one, plain(one.get("body") or "")) for one in parts if one.get("part_type") in _SAID]
    for number, (one, text) in enumerate(said):
        if not text:
            continue
        after = next((part for part, words_ in said[number + 1 :]), None)
        closes = one["part_type"] == "close" or (after or {}).get("part_type") == "close"
        author = one.get("author") or {}
        yield Said(
            thread=f"{conversation['id']}",
            id=words(one.get("id") or f"{conversation['id']}-source", 200),
            at=instant(one["created_at"]),
            by=MEMBER if author.get("type") in _MEMBERS else TEAM,
            author=words(author.get("name") or author.get("id") or "", 200),
            text=words(text),
            channel=words((source.get("type") or "Intercom").replace("conversation", "Intercom"), 60),
            closed=closes,
        )
