"""Chatwoot: conversations as its interface gives them."""

from collections.abc import Iterator
from typing import Any

from binome.knowledge.memory.reading.plaintext import plain
from binome.knowledge.memory.said import MEMBER, TEAM, Said, instant, words

_SIDES = {0: MEMBER, "incoming": MEMBER, 1: TEAM, "outgoing": TEAM, 3: TEAM, "template": TEAM}


def is_conversation(data: Any) -> bool:
    if not isinstance(data, dict) or not isinstance(data.get("messages"), list):
        return False
    return any(isinstance(one, dict) and "message_type" in one for one in data["messages"])


def messages(conversation: dict[str, Any], row: int) -> Iterator[Said]:
    """What both sides wrote; private notes and what the system noted are left out."""
    shown = [one for one in conversation["messages"] if _SIDES.get(one.get("message_type")) and not one.get("private")]
    channel = (conversation.get("meta") or {}).get("channel") or conversation.get("channel") or "Chatwoot"
    for number, one in enumerate(shown, start=1):
        text = plain(one.get("content") or "")
        if not text:
            continue
        yield Said(
            thread=f"{conversation['id']}",
            id=words(one["id"], 200),
            at=instant(one["created_at"]),
            by=_SIDES[one["message_type"]],
            author=words((one.get("sender") or {}).get("name") or "", 200),
            text=words(text),
            channel=words(str(channel).removeprefix("Channel::"), 60),
            closed=number == len(shown) and conversation.get("status") == "resolved",
        )
