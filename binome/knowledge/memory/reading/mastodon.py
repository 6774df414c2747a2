"""Mastodon's archive: `outbox.json` holds what the account itself posted, so only the team's side of an exchange."""

from collections.abc import Iterator
from typing import Any

from binome.knowledge.memory.reading.plaintext import plain
from binome.knowledge.memory.said import TEAM, Said, instant, words


def is_outbox(data: Any) -> bool:
    return isinstance(data, dict) and isinstance(data.get("orderedItems"), list)


def posts(outbox: dict[str, Any]) -> list[Any]:
    """Its activities, each with the thread that it belongs to: the oldest post of its own chain of answers."""
    parents = {_object(one).get("id"): _object(one).get("inReplyTo") for one in outbox["orderedItems"]}
    return [{**one, "thread": _root(_object(one).get("id"), parents)} for one in outbox["orderedItems"] if _object(one)]


def message(activity: dict[str, Any], row: int) -> Iterator[Said]:
    """The post of an activity; boosts and likes hold none."""
    post = _object(activity)
    text = plain(post.get("content") or "")
    if activity.get("type") != "Create" or not text:
        return
    language = next(iter(post.get("contentMap") or {"": ""}))
    yield Said(
        thread=words(activity["thread"], 200),
        id=words(post["id"], 200),
        at=instant(post["published"]),
        by=TEAM,
        author=str(activity.get("actor", "")).rsplit("/", 1)[-1][:200],
        text=words(text),
        channel="Mastodon",
        language=language[:2],
    )


def _object(activity: Any) -> dict[str, Any]:
    found = activity.get("object") if isinstance(activity, dict) else None
    return found if isinstance(found, dict) else {}


def _root(post: Any, parents: dict[Any, Any]) -> str:
    seen = set()
    while parents.get(post) and post not in seen:
        seen.add(post)
        post = parents[post]
    return str(post)
