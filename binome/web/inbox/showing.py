"""Conversations as the inbox shows them: rows with their marks, a thread with everything that happened in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from binome.assistant import reasons
from binome.assistant import selectors as assistant
from binome.assistant.models import Suggestion
from binome.inbox import selectors as inbox
from binome.inbox.models import Conversation, HandOver, Message, Note
from binome.kit.paging import Page
from binome.understanding import selectors as understanding
from binome.understanding.models import Annotation

SHOWN_FROM = 0.5
"""Annotations below this confidence are kept, not shown."""


@dataclass(frozen=True)
class Mark:
    """A few words on a conversation or a message, in one of the voices: "", machine, warn, alarm."""

    text: str
    tone: str = ""


@dataclass(frozen=True)
class Row:
    """A conversation in the list."""

    conversation: Conversation
    marks: Sequence[Mark]


@dataclass(frozen=True)
class Item:
    """Something in a thread: a message, a note or a hand-over, at its time."""

    kind: str
    at: datetime
    thing: Any
    marks: Sequence[Mark] = ()
    suggestion: Suggestion | None = None


@dataclass(frozen=True)
class Thread:
    """A conversation, whole."""

    conversation: Conversation
    items: Sequence[Item]
    earlier: str | None
    pending: Suggestion | None
    handover: HandOver | None
    why: Mapping[str, Any] = field(default_factory=dict)


def rows(page: Page[Conversation]) -> list[Row]:
    """The page's conversations with what waits in each (two queries)."""
    ids = [conversation.pk for conversation in page.rows]
    pending = assistant.pending_in(ids)
    handed = inbox.handovers_open(ids)
    return [Row(one, _row_marks(one, pending.get(one.pk), handed.get(one.pk))) for one in page.rows]


def thread(conversation: Conversation, before: str = "") -> Thread:
    """Messages, notes and hand-overs in the order in which they happened."""
    page = inbox.messages_of(conversation, before)
    messages = list(page.rows)
    suggestions = list(assistant.of_conversation(conversation.pk))
    handovers = list(conversation.handovers.select_related("taken_by").order_by("at"))
    notes = list(conversation.notes.select_related("author").order_by("at"))
    since = messages[0].at if messages and page.next else None
    items = [*_messages(messages, suggestions), *_others(notes, handovers, since, not before)]
    pending = next((s for s in reversed(suggestions) if s.state == Suggestion.State.PENDING), None)
    handover = handovers[-1] if handovers else None
    return Thread(
        conversation, sorted(items, key=lambda item: item.at), page.next, pending, handover, _why(pending, handover)
    )


def reason_of(handover: HandOver) -> str:
    """Why the AI left this to a person, in words."""
    return str(handover.detail.get("words") or reasons.label(handover.reason))


def _row_marks(conversation: Conversation, pending: Suggestion | None, handover: HandOver | None) -> list[Mark]:
    marks = []
    if conversation.needs_person and handover and handover.reason not in _SAID_OTHERWISE:
        words = reasons.label(handover.reason) if handover.reason != "past" else ""
        marks += [Mark(words, "alarm" if handover.reason in reasons.GRAVE else "warn")] if words else []
    if pending:
        marks.append(Mark(_("answer ready · {percent} %").format(percent=round(pending.confidence * 100)), "machine"))
    elif conversation.done_alone_at and conversation.last_by == Message.By.AI and not conversation.needs_person:
        marks.append(Mark(_("answered alone"), "machine"))
    return [*marks, *(Mark(tag.name) for tag in list(conversation.tags.all())[:2]), Mark(conversation.channel.name)]


_SAID_OTHERWISE = {"unsure", "lane_suggest", "held", "handed_over"}
"""Reasons that the suggestion, or the person's own hand on the conversation, already says."""


def _messages(messages: Sequence[Message], suggestions: Sequence[Suggestion]) -> Iterable[Item]:
    annotations = understanding.annotations_of([message.pk for message in messages])
    by_reply = {suggestion.reply_id: suggestion for suggestion in suggestions if suggestion.reply_id}
    for message in messages:
        marks = _annotation_marks(annotations.get(message.pk, {})) if message.by == Message.By.MEMBER else []
        yield Item("message", message.at, message, marks, by_reply.get(message.pk))


def _others(notes: Sequence[Note], handovers: Sequence[HandOver], since: datetime | None, last: bool) -> Iterable[Item]:
    for kind, things in (("note", notes), ("handover", handovers)):
        for thing in things:
            if (since is None or thing.at >= since) and last:
                yield Item(kind, thing.at, thing)


def _annotation_marks(annotations: Mapping[str, Annotation]) -> list[Mark]:
    """The AI's reading of a message, as far as it is sure."""
    marks = []
    for stage, annotation in annotations.items():
        text = _NAMES.get((stage, annotation.label))
        if text and annotation.confidence >= SHOWN_FROM:
            tone = "alarm" if annotation.label in reasons.GRAVE else _TONES.get(stage, "")
            percent = round(annotation.confidence * 100)
            marks.append(Mark(_("{what} {percent} %").format(what=text(), percent=percent), tone))
    return marks


_TONES = {"sensitive": "warn", "person_wanted": "warn", "question": "", "personal_data": ""}

_NAMES: dict[tuple[str, str], Any] = {
    ("question", "question"): lambda: _("question"),
    ("question", "request"): lambda: _("request"),
    ("question", "closing"): lambda: _("thanks or goodbye"),
    ("person_wanted", "yes"): lambda: _("asks for a person"),
    ("personal_data", "yes"): lambda: _("personal data"),
    **{
        ("sensitive", reason): (lambda reason=reason: reasons.label(reason))
        for reason in (*reasons.GRAVE, "insult", "complaint", "refund_or_money", "irony_suspected", "prompt_injection")
    },
}


def _why(pending: Suggestion | None, handover: HandOver | None) -> dict[str, Any]:
    """The why card of what waits: what was found, what spoke against, what would have changed it."""
    card = pending.why if pending else handover.detail if handover else {}
    if not card.get("decision"):
        return {}
    titles = assistant.titles([answer["source"] for answer in card.get("answers", [])])
    return {
        "decision": card["decision"],
        "reason": reasons.label(card["decision"]["reason"]),
        "vetoes": [reasons.label(veto) for veto in card["decision"]["vetoes"]],
        "question": card.get("question", ""),
        "answers": [_answer(answer, titles) for answer in card.get("answers", [])[:4]],
        "threshold": round(card["case"]["threshold"] * 100),
        "would_change": [_change(change) for change in card.get("would_change", [])],
        "lane": pending.lane if pending else None,
    }


def _answer(answer: Mapping[str, Any], titles: Mapping[int, str]) -> dict[str, Any]:
    return {
        **answer,
        "title": titles.get(answer["source"], _("an entry that no longer exists")),
        "percent": round(answer["confidence"] * 100),
    }


def _change(change: Mapping[str, Any]) -> dict[str, str]:
    """One line of "what would have changed it"."""
    then = {
        "act": pgettext("decision", "would have been sent"),
        "suggest": pgettext("decision", "would have been suggested"),
        "hand_over": pgettext("decision", "would have come to you"),
        "rest": pgettext("decision", "would have been left in peace"),
    }[change["then"]]
    if "without" in change:
        return {"if": _("Without “{reason}”").format(reason=reasons.label(change["without"])), "then": then}
    return {"if": _("From {percent} % sure").format(percent=round(change["confidence_at_least"] * 100)), "then": then}
