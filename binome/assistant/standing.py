"""Whether what a proposal leans on still stands: its entry, and the moment at which its question was asked."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from binome.assistant.models import Suggestion
from binome.autonomy.models import Act
from binome.inbox.models import Message, SavedReply
from binome.kit import clock
from binome.knowledge.models import Source


def is_current(suggestion: Suggestion) -> bool:
    """Whether the entry that it quotes still says the same, and may be quoted here today; the entry is locked."""
    if "draft" in suggestion.why:
        return _passages_stand(suggestion.why["draft"]["passages"])
    if suggestion.lane.act == Act.PREPARED_REPLY:
        return _reply_stands(suggestion)
    if suggestion.source_id is None:
        return not suggestion.why.get("answers")  # it quoted one, which was deleted
    source = Source.objects.select_for_update(no_key=True).get(pk=suggestion.source_id)
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
    rows = (
        Source.objects.select_for_update(no_key=True).filter(pk__in=[one["source"] for one in passages]).order_by("pk")
    )
    now = {one.pk: one for one in rows}
    stand = [now.get(one["source"]) for one in passages]
    same = [one is not None and one.revision == kept["revision"] for one, kept in zip(stand, passages, strict=True)]
    return all(same) and not any(one and (one.archived_at or has_expired(one)) for one in stand)


def has_expired(source: Source) -> bool:
    """Whether its last day has passed."""
    return source.expires_on is not None and source.expires_on < clock.now().date()


def is_late(message: Message) -> bool:
    """Whether it was said too long ago for the AI to answer by itself."""
    return clock.now() - message.at > timedelta(hours=message.conversation.channel.alone_within_hours)


def _is_meant_for(source: Source, channel: int) -> bool:
    places = list(source.channels.values_list("pk", flat=True))
    return not places or channel in places
