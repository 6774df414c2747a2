"""Exports of Facebook and Instagram messages: one JSON a thread, its UTF-8 written as if it were Latin-1."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from binome.knowledge.memory.said import MEMBER, TEAM, BadRow, Said, instant, words


def is_thread(data: Any) -> bool:
    return isinstance(data, dict) and "participants" in data and isinstance(data.get("messages"), list)


def mended(text: str) -> str:
    """Accents and emoji as they were written: Meta's export spells each byte of UTF-8 as a character of its own."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def ours(threads: Iterable[dict[str, Any]]) -> str:
    """The name under which the page itself writes: the one that takes part in most threads."""
    names = Counter(
        mended(str(person.get("name", "")))
        for thread in threads
        for person in thread.get("participants", [])
        if isinstance(person, dict)
    )
    return names.most_common(1)[0][0] if names else ""


def messages(thread: dict[str, Any], team: set[str], where: str) -> list[dict[str, Any]]:
    """The messages of a thread, each with what it needs to stand alone."""
    path = str(thread.get("thread_path") or where)
    channel = "Instagram" if "instagram" in where.lower() else "Facebook"
    return [{"said": one, "thread": path, "team": team, "channel": channel} for one in thread["messages"]]


def message(row: dict[str, Any], number: int) -> Iterator[Said]:
    """A message with words; photos, reactions and calls hold none."""
    said = row["said"]
    text, author = mended(str(said.get("content") or "")), mended(str(said.get("sender_name") or ""))
    if not text or said.get("is_unsent"):
        return
    if not author:
        raise BadRow("sender_name")
    yield Said(
        thread=words(row["thread"], 200),
        id=f"{said['timestamp_ms']}:{author}"[:200],
        at=instant(said["timestamp_ms"]),
        by=TEAM if author.casefold() in row["team"] else MEMBER,
        author=words(author, 200),
        text=words(text),
        channel=row["channel"],
    )
