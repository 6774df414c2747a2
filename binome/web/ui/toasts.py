"""Toasts: one sentence on what was just done, and an address that undoes it for ten seconds."""

from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

_UNDO = "undo:"


def show(request: HttpRequest, text: str, *, undo: str = "", tone: str = "") -> None:
    """Say *text* on the next page, or at once if htmx asked. *undo*: an address that takes a POST without fields."""
    level = messages.ERROR if tone == "alarm" else messages.SUCCESS
    messages.add_message(request, level, text, extra_tags=_UNDO + undo if undo else "")


def undo_of(message: Message) -> str:
    """The address that undoes what this message tells of, or an empty text."""
    tags = message.extra_tags or ""
    return tags.removeprefix(_UNDO) if tags.startswith(_UNDO) else ""


def tone_of(message: Message) -> str:
    return "alarm" if message.level >= messages.ERROR else ""


def as_event(message: Message) -> dict[str, Any]:
    """What the toast module reads."""
    return {"text": str(message.message), "tone": tone_of(message), "undo": undo_of(message)}
