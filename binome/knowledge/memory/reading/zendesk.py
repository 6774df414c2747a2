"""Zendesk: one ticket a line, with its comments."""

from collections.abc import Iterator
from typing import Any

from binome.knowledge.memory.reading.plaintext import plain
from binome.knowledge.memory.said import MEMBER, TEAM, Said, instant, words


def is_ticket(data: Any) -> bool:
    if not isinstance(data, dict) or not isinstance(data.get("comments"), list):
        return False
    return "requester_id" in data or "requester" in data


def messages(ticket: dict[str, Any], row: int) -> Iterator[Said]:
    """The public comments of a ticket; what the requester wrote is the member's, the rest the team's."""
    requester = ticket.get("requester_id") or (ticket.get("requester") or {}).get("id")
    shown = [one for one in ticket["comments"] if one.get("public", True)]
    via = ticket.get("via") or {}
    for number, comment in enumerate(shown, start=1):
        author = comment.get("author") or {}
        who = comment.get("author_id") or author.get("id")
        text = comment.get("plain_body") or comment.get("body") or plain(comment.get("html_body") or "")
        if not str(text).strip():
            continue
        yield Said(
            thread=f"{ticket['id']}",
            id=words(comment.get("id") or f"{ticket['id']}-{number}", 200),
            at=instant(comment["created_at"]),
            by=MEMBER if who == requester else TEAM,
            author=words(author.get("name") or ("" if who is None else who), 200),
            text=words(text),
            channel=words(via.get("channel", "Zendesk"), 60),
            closed=number == len(shown) and ticket.get("status") in ("solved", "closed"),
        )
