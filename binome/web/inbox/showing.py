"""Conversations as the inbox shows them: rows with their marks, a thread with everything that happened in it."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from binome.assistant import reasons, telling, triage
from binome.assistant import selectors as assistant
from binome.assistant.models import Suggestion
from binome.assistant.selectors import Ready
from binome.autonomy.models import Verdict
from binome.channels import services as channels
from binome.inbox import selectors as inbox
from binome.inbox.models import Conversation, HandOver, Message, Note
from binome.kit.paging import Page, read_cursor
from binome.understanding import selectors as understanding
from binome.understanding import vocabulary
from binome.understanding.models import Annotation
from binome.web.inbox import pictures, readings, standing
from binome.web.inbox.pictures import File
from binome.web.inbox.readings import ReadingMark
from binome.web.inbox.standing import Standing
from binome.web.ui.instants import Instant, in_words, initials
from binome.workspaces import language_models


@dataclass(frozen=True)
class Mark:
    """A few words on a conversation or a message, in one of the voices: "", machine, warn, alarm."""

    text: str
    tone: str = ""


@dataclass(frozen=True)
class Row:
    """A conversation in the list, in words: forty are drawn at a time, so nothing is left to the template to work out."""

    pk: int
    name: str
    assignee: str
    initials: str
    by: str
    text: str
    at: Instant
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Item:
    """Something in a thread: a message, a note, a hand-over, or what was put in order alone, at its time."""

    kind: str
    at: datetime
    thing: Any
    readings: Sequence[ReadingMark] | None = None
    """None of what was not read."""
    suggestion: Suggestion | None = None
    files: Sequence[File] = ()
    standing: Standing | None = None
    verdict: Verdict | None = None
    """What a person said of what was done alone."""


@dataclass(frozen=True)
class Thread:
    """A conversation, whole."""

    conversation: Conversation
    items: Sequence[Item]
    earlier: str | None
    pending: Suggestion | None
    handover: HandOver | None
    why: Mapping[str, Any] = field(default_factory=dict)
    order: Sequence[Suggestion] = ()
    """What is proposed to be put in order, but for what is to be judged blind."""


def rows(page: Page[Conversation]) -> list[Row]:
    """The page's conversations with what waits in each (two queries); *warned*: what was read there, if it was asked."""
    ids = [conversation.pk for conversation in page.rows]
    ready = assistant.ready_in(ids)
    handed = inbox.reasons_open(ids)
    nobody, wordless = _("Unknown"), _("(no text)")
    return [
        Row(
            pk=one.pk,
            name=str(one.member or nobody),
            assignee=str(one.assignee or ""),
            initials=initials(one.assignee or ""),
            by=one.last_by,
            text=one.last_text or wordless,
            at=in_words(one.last_message_at),
            marks=tuple(_row_marks(one, ready.get(one.pk), handed.get(one.pk, ""), *_told(one))),
        )
        for one in page.rows
    ]


def thread(conversation: Conversation, before: str = "") -> Thread:
    """Messages, notes and hand-overs in the order in which they happened."""
    page = inbox.messages_of(conversation, before)
    messages = list(page.rows)
    proposed = list(assistant.of_conversation(conversation.pk))
    suggestions = [one for one in proposed if not triage.is_triage(one)]
    order = [one for one in proposed if triage.is_triage(one)]
    handovers = list(conversation.handovers.select_related("taken_by").order_by("at"))
    notes = list(conversation.notes.select_related("author").order_by("at"))
    since = messages[0].at if messages and page.next else None
    until = read_cursor(before)[0] if before else None
    done = [one for one in order if one.state == Suggestion.State.ACTED]
    verdicts = _verdicts(proposed)
    items = [
        *_messages(conversation, messages, suggestions, verdicts),
        *_others(notes, handovers, done, verdicts, since, until),
    ]
    pending = next((s for s in reversed(suggestions) if s.state == Suggestion.State.PENDING), None)
    handover = handovers[-1] if handovers else None
    return Thread(
        conversation,
        sorted(items, key=lambda item: item.at),
        page.next,
        pending,
        handover,
        _why(pending, handover),
        [one for one in order if one.state == Suggestion.State.PENDING and not one.blind],
    )


@dataclass(frozen=True)
class Drafts:
    """Where drafting stands in a conversation: *possible* at all, being *written*, or why it *failed*."""

    possible: bool = False
    written: bool = False
    failed: str = ""


def drafts(conversation: Conversation) -> Drafts:
    """What the page says of drafts: nothing where no language model is configured."""
    if not language_models.known_in(conversation.workspace):
        return Drafts()
    asked = assistant.draft_asked(conversation)
    failed = str(DRAFT_FAILURES.get(asked.failure, DRAFT_FAILURES[""])) if asked and asked.state == "failed" else ""
    return Drafts(True, asked is not None and asked.state in ("wanted", "writing"), failed)


DRAFT_FAILURES = {
    "BudgetSpent": gettext_lazy("The month’s budget for the language model does not allow a draft any more."),
    "Busy": gettext_lazy("The language model’s server asks to wait. Ask again in a moment."),
    "KeyRefused": gettext_lazy("The language model’s server refuses the key: an owner can look at the settings."),
    "NotReached": gettext_lazy("The language model’s server cannot be reached."),
    "NoAnswer": gettext_lazy("The language model did not answer in time."),
    "Refused": gettext_lazy("The language model’s server refuses the request: an owner can look at the settings."),
    "late": gettext_lazy("The draft came too late: the conversation had moved on."),
    "": gettext_lazy("No draft came of it. Ask again, or write the reply yourself."),
}
"""Why no draft came → what the operator reads."""


def reason_of(handover: HandOver) -> str:
    """Why the AI left this to a person, in words."""
    return str(handover.detail.get("words") or reasons.label(handover.reason))


def _told(conversation: Conversation) -> tuple[Sequence[Mapping[str, str]], Sequence[str]]:
    """What was asked of a conversation in the list's own query: what warns in it, the names of its tags."""
    return getattr(conversation, "warned", ()), getattr(conversation, "tag_names", ())


def _row_marks(
    conversation: Conversation,
    ready: Ready | None,
    reason: str,
    warned: Sequence[Mapping[str, str]],
    tags: Sequence[str],
) -> list[Mark]:
    """What waits in a conversation and why; a tag that says what another mark says is not repeated."""
    marks = list(_moderation_marks(conversation))
    if conversation.needs_person and reason and reason not in _SAID_OTHERWISE:
        marks.append(Mark(reasons.label(reason), "alarm" if reason in reasons.GRAVE else "warn"))
    marks += _warnings(warned, {mark.text for mark in marks})
    if ready and ready.draft:
        marks.append(Mark(_("draft ready"), "machine"))
    elif ready:
        marks.append(Mark(_("answer ready · {percent} %").format(percent=round(ready.confidence * 100)), "machine"))
    elif conversation.done_alone_at and conversation.last_by == Message.By.AI and not conversation.needs_person:
        marks.append(Mark(_("answered alone"), "machine"))
    said = {mark.text.casefold() for mark in marks}
    marks += [Mark(name) for name in tags if name.casefold() not in said][:2]
    return [*marks, Mark(conversation.channel.name)]


def _moderation_marks(conversation: Conversation) -> Iterable[Mark]:
    """What waits for approval there, and what could not be hidden or shown."""
    not_done = getattr(conversation, "not_done", None)
    if not_done is not None and conversation.needs_person:
        yield Mark(_("not hidden") if not_done else _("not shown"), "alarm")
    if getattr(conversation, "to_approve", False):
        yield Mark(_("to approve"), "warn")


def _warnings(warned: Sequence[Mapping[str, str]], said: Set[str]) -> list[Mark]:
    """What warns in what waits, two at most: what the reason of the hand-over says is not said twice."""
    words = {word.kind: word for word in (vocabulary.word(one["stage"], one["label"]) for one in warned)}
    gravest_first = [words[kind] for kind in vocabulary.warning_kinds() if kind in words]
    return [Mark(str(word.name), word.tone) for word in gravest_first if str(word.name) not in said][:2]


_SAID_OTHERWISE = {"unsure", "lane_suggest", "held", "handed_over", "past"}
"""Reasons that the suggestion, or the person's own hand on the conversation, already says."""


def _has_topics(annotations: Mapping[int, Mapping[str, Annotation]]) -> bool:
    return any("topic" in read for read in annotations.values())


def _verdicts(proposed: Sequence[Suggestion]) -> Mapping[int, Verdict]:
    """What people said of what was done alone among these."""
    alone = [one.pk for one in proposed if one.state == Suggestion.State.ACTED]
    return Verdict.objects.in_bulk(alone, field_name="suggestion") if alone else {}


def _messages(
    conversation: Conversation,
    messages: Sequence[Message],
    suggestions: Sequence[Suggestion],
    verdicts: Mapping[int, Verdict],
) -> Iterable[Item]:
    annotations = understanding.annotations_of([message.pk for message in messages])
    here = conversation.workspace.language
    topics = understanding.labels_of(conversation.workspace_id, "topic") if _has_topics(annotations) else []
    moderates = channels.can(conversation.channel, "moderates")
    decided = inbox.last_moderations([message.pk for message in messages])
    by_reply = {suggestion.reply_id: suggestion for suggestion in suggestions if suggestion.reply_id}
    for message in messages:
        read = annotations.get(message.pk, {}) if message.by == Message.By.MEMBER else {}
        marks = readings.marks(read, topics, here) if read else None
        files = pictures.files(message, read)
        stands = standing.of(message, decided.get(message.pk), can=moderates)
        suggestion = by_reply.get(message.pk)
        verdict = verdicts.get(suggestion.pk) if suggestion else None
        yield Item("message", message.at, message, marks, suggestion, files, stands, verdict)


def _others(
    notes: Sequence[Note],
    handovers: Sequence[HandOver],
    done: Sequence[Suggestion],
    verdicts: Mapping[int, Verdict],
    since: datetime | None,
    until: datetime | None,
) -> Iterable[Item]:
    """What stands beside the messages of a page, which go from *since* (None: the first) to *until* (None: now)."""
    told = [
        *(Item("note", one.at, one) for one in notes),
        *(Item("handover", one.at, one) for one in handovers),
        *(Item("sorted", one.created_at, one, suggestion=one, verdict=verdicts.get(one.pk)) for one in done),
    ]
    return [item for item in told if (since is None or item.at >= since) and (until is None or item.at < until)]


def _why(pending: Suggestion | None, handover: HandOver | None) -> dict[str, Any]:
    """The why card of what waits: what was found, what spoke against, what would have changed it."""
    drafted = pending is not None and pending.is_draft
    card = pending.why if pending and not drafted else handover.detail if handover else {}
    if not card.get("decision"):
        return {}
    titles = assistant.titles([answer["source"] for answer in card.get("answers", [])])
    found = card["case"]["found"]
    return {
        "percent": round(found["confidence"] * 100) if found else 0,
        "decision": card["decision"],
        "reason": reasons.label(card["decision"]["reason"]),
        "vetoes": [reasons.label(veto) for veto in card["decision"]["vetoes"]],
        "question": card.get("question", ""),
        "answers": [] if pending and pending.blind else [_answer(one, titles) for one in card.get("answers", [])[:4]],
        "threshold": round(card["case"]["threshold"] * 100),
        "would_change": [_change(change) for change in card.get("would_change", [])],
        "touches": [_touch(touch) for touch in card.get("touches", [])] if pending and not drafted else [],
        "lane": pending.lane if pending else None,
        "card": _card(pending.conversation_id if pending else handover.conversation_id if handover else 0),
    }


def _card(conversation: int) -> int:
    """The card that tells all; 0 where it would tell what is kept back."""
    return 0 if assistant.is_kept_back(conversation) else assistant.last_card(conversation)


def _answer(answer: Mapping[str, Any], titles: Mapping[int, str]) -> dict[str, Any]:
    return {
        **answer,
        "title": titles.get(answer["source"], _("an entry that no longer exists")),
        "percent": round(answer["confidence"] * 100),
    }


def _touch(touch: Mapping[str, str]) -> str:
    """A personal touch in words."""
    match touch["what"]:
        case "name":
            return _("greeted by name: {name}").format(name=touch["how"])
        case "hour":
            return _("greeted by the hour: {hour} h").format(hour=touch["how"])
        case "familiar":
            return _("the approved wording that says “tu”")
        case "product":
            return _("the product they named: {product}").format(product=touch["how"])
        case "link":
            return _("the page’s address")
        case "signature":
            return _("the team’s signature")
        case _:
            return _("a greeting")


def _change(change: Mapping[str, Any]) -> dict[str, str]:
    """One line of "what would have changed it"."""
    return {"if": telling.condition(change), "then": telling.changed_to(change["then"])}
