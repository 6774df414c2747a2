"""Whether what a proposal leans on still stands: its entry, the words that it answers, and where their conversation is."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from binome.assistant.models import Suggestion
from binome.autonomy.models import REPLIES, Act
from binome.inbox import selectors as inbox
from binome.inbox.models import Conversation, Message, SavedReply
from binome.kit import clock
from binome.knowledge.models import Source


def what_stops(suggestion: Suggestion) -> str:
    """Why an act done alone may no longer leave, whatever its lane allows; "" if it may."""
    message, answers = suggestion.message, suggestion.lane.act in REPLIES
    stops = {
        "Withdrawn": message.deleted_at is not None,
        "Edited": has_changed(suggestion),
        "Hidden": answers and message.hidden_at is not None,
        "Answered": answers and inbox.around([message.pk])[message.pk].answered,
        "PersonNeeded": answers and message.conversation.needs_person,
        "EntryChanged": not is_current(suggestion),
        "TooLate": is_late(message),
    }
    return next((why for why, so in stops.items() if so), "")


def has_changed(suggestion: Suggestion) -> bool:
    """Whether its message has changed since it was proposed: then nothing that people do says whether it was right."""
    now = edited(suggestion.message)
    return bool(suggestion.why.get("edited", now) != now)


def edited(message: Message) -> str:
    """When its author last changed it, as the platform says."""
    return message.edited_at.isoformat() if message.edited_at else ""


def is_last_word(message: Message) -> bool:
    """Whether nothing has been said in its conversation since, and nobody has taken it; the conversation is locked."""
    locked = (
        Conversation.objects.select_for_update(of=("self",)).select_related("thread").get(pk=message.conversation_id)
    )
    later = Q(at__gt=message.at) | Q(at=message.at, pk__gt=message.pk)
    said = locked.messages.filter(later).exclude(by=Message.By.AI).exists()
    return not (said or locked.needs_person or locked.thread.held_by_person)


def is_current(suggestion: Suggestion) -> bool:
    """Whether the entry that it quotes still says the same, and may be quoted here today; the entry is locked."""
    if "draft" in suggestion.why:
        return _passages_stand(suggestion.why["draft"]["passages"])
    if suggestion.lane.act == Act.PREPARED_REPLY:
        return _reply_stands(suggestion)
    if suggestion.source_id is None:
        return not suggestion.why.get("answers")  # it quoted one, which was deleted
    source = _locked().get(pk=suggestion.source_id)
    unchanged = source.revision == suggestion.source_revision and source.archived_at is None
    return unchanged and not has_expired(source) and _is_meant_for(source, suggestion.message.channel_id)


def _reply_stands(suggestion: Suggestion) -> bool:
    """Whether the prepared reply still says the same, and is still in use; locked as above."""
    if suggestion.saved_reply_id is None:
        return False
    saved = SavedReply.objects.select_for_update(no_key=True).get(pk=suggestion.saved_reply_id)
    return saved.archived_at is None and saved.revision == suggestion.source_revision


def _passages_stand(passages: Sequence[Mapping[str, Any]]) -> bool:
    """Whether all that a draft was written from still says the same; locked as above."""
    rows = _locked().filter(pk__in=[one["source"] for one in passages]).order_by("pk")
    now = {one.pk: one for one in rows}
    stand = [now.get(one["source"]) for one in passages]
    same = [one is not None and one.revision == kept["revision"] for one, kept in zip(stand, passages, strict=True)]
    return all(same) and not any(one and (one.archived_at or has_expired(one)) for one in stand)


def has_expired(source: Source) -> bool:
    """Whether its last day has passed where the community lives."""
    today = clock.now().astimezone(ZoneInfo(source.workspace.time_zone)).date()
    return source.expires_on is not None and source.expires_on < today


def is_late(message: Message) -> bool:
    """Whether it was said too long ago for the AI to answer by itself."""
    return clock.now() - message.at > timedelta(hours=message.conversation.channel.alone_within_hours)


def _locked() -> QuerySet[Source]:
    return Source.objects.select_for_update(no_key=True, of=("self",)).select_related("workspace")


def _is_meant_for(source: Source, channel: int) -> bool:
    places = list(source.channels.values_list("pk", flat=True))
    return not places or channel in places
