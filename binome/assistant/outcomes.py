"""What came of an answer later: a complaint, the same question again, a correction by somebody of the team."""

from collections.abc import Sequence
from datetime import timedelta

from binome.assistant import vetoes
from binome.assistant.considering import Considered
from binome.assistant.models import Suggestion
from binome.autonomy import services as autonomy
from binome.inbox.models import Message
from binome.kit import clock

FOLLOWS_WITHIN = timedelta(days=7)
"""How long after an answer what its member says is about that answer."""

AGAIN_FROM = 0.5
"""How sure one must be that the same entry answers for the question to be the same again."""

COMPLAINING = {"complaint", "insult", "anger", "legal", "threat", "irony_suspected"}
"""Reasons that tell of a member who is not content with the answer that they had."""


def note_what_followed(considered: Considered) -> None:
    """What a member says after an answer, as far as it speaks against that answer."""
    if not considered.follows_us:
        return
    before = _last_answer(considered.message)
    if before is None:
        return
    if COMPLAINING & set(vetoes.found_in(considered.case.reading.labels)):
        autonomy.note_outcome(before.lane, suggestion=before.pk, kind="complained")
    source = considered.source
    same = source is not None and source.pk == before.source_id and considered.confidence >= AGAIN_FROM
    if same and considered.case.reading.label("question") not in ("no", "closing"):
        autonomy.note_outcome(before.lane, suggestion=before.pk, kind="again")


def note_corrections(replies: Sequence[int]) -> None:
    """Somebody of the team wrote right after an answer given alone, before its member said anything: it was corrected."""
    for reply in Message.objects.filter(pk__in=replies, by=Message.By.OPERATOR).select_related("conversation"):
        earlier = reply.conversation.messages.filter(at__lte=reply.at).exclude(pk=reply.pk).order_by("-at", "-pk")
        last = earlier.exclude(by=Message.By.AI, sources=[]).first()
        corrected = Suggestion.objects.filter(reply=last, state=Suggestion.State.ACTED).first() if last else None
        if corrected:
            autonomy.note_outcome(corrected.lane, suggestion=corrected.pk, kind="reversed")


def _last_answer(message: Message) -> Suggestion | None:
    """What was last proposed and sent in this conversation before the message, if it was lately."""
    sent = Suggestion.objects.filter(conversation=message.conversation_id, reply__isnull=False)
    sent = sent.filter(reply__at__lt=message.at, reply__at__gt=clock.now() - FOLLOWS_WITHIN)
    return sent.exclude(message=message).select_related("lane__workspace").order_by("-reply__at", "-pk").first()
