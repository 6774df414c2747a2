"""What people did with past messages, as cases for a rehearsal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Q

from binome.assistant.deciding import NEEDED
from binome.assistant.foreseeing import STAGES, kept_from_acting
from binome.assistant.models import Suggestion
from binome.autonomy.models import Verdict
from binome.inbox import selectors as inbox
from binome.inbox.models import Message
from binome.knowledge import finding
from binome.knowledge.rehearsing import PastCase, core_of, identity_of
from binome.sdk.stage import Reading as Read
from binome.understanding import selectors as understanding
from binome.understanding.running import run_stages
from binome.workspaces.models import Workspace

AT_MOST = 20_000
"""Cases of one rehearsal: the latest."""

LANGUAGES = ("fr", "en")


def cases(workspace: Workspace, since: datetime, until: datetime, *, language: str = "") -> list[PastCase]:
    """Each message to which people then reacted, in order, with what they answered; of conversations in one *language*.

    Left out: what the AI answered by itself and nobody judged: that it did so says nothing of what was right.
    """
    pairs = list(_pairs(workspace, since, until, language))
    pairs.sort(key=lambda pair: (pair[0].at, pair[0].pk))
    pairs = pairs[-AT_MOST:]
    known = {core_of(source.answer): str(source.pk) for source in finding.quotable(workspace.pk).order_by("-pk")}
    answers = _answers([reply.pk for _message, reply in pairs if reply])
    return [
        PastCase(
            str(message.pk),
            message.text,
            identity_of({"answer_id": answers.get(reply.pk, ""), "answer": reply.text}, known) if reply else None,
            reply.text if reply else "",
            f"answer · {_language(message.conversation.language, workspace)}",
        )
        for message, reply in pairs
    ]


def with_vetoes(cases: Sequence[PastCase]) -> list[PastCase]:
    """The same, each with why it would have been left to people whatever was known; what was never read is read now."""
    ids = [int(case.id) for case in cases]
    kept, around = understanding.annotations_of(ids), inbox.around(ids)
    wanting = set(Message.objects.filter(pk__in=ids, wants_person=True).values_list("pk", flat=True))
    read: dict[int, Mapping[str, Any]] = dict(kept)
    unread = [case for case in cases if not set(NEEDED) <= read.get(int(case.id), {}).keys()]
    for case, said in zip(unread, run_stages([Read(text=case.text) for case in unread], STAGES), strict=True):
        read[int(case.id)] = said.annotations
    return [
        replace(case, veto=kept_from_acting(read[pk], wants_person=pk in wanting, attachments=around[pk].files))
        for pk, case in zip(ids, cases, strict=True)
    ]


def _language(said: str, workspace: Workspace) -> str:
    return next((language for language in (said, workspace.language) if language in LANGUAGES), LANGUAGES[0])


def _pairs(
    workspace: Workspace, since: datetime, until: datetime, language: str
) -> Iterator[tuple[Message, Message | None]]:
    """The last message of a member before each answer, with that answer; those never answered with None."""
    said = Message.objects.filter(
        workspace=workspace, at__gte=since, at__lte=until, deleted_at=None, automatic=False
    ).select_related("conversation")
    said = said.exclude(by=Message.By.AI, sources=[]).exclude(delivery__state="cancelled").exclude(text="")
    unjudged = _alone_and_not_found_right(workspace.pk)
    ordered = said.only("conversation__language", "at", "by", "text").order_by("conversation_id", "at", "pk")
    for conversation, messages in groupby(ordered.iterator(2_000), key=lambda one: one.conversation):
        if language and _language(conversation.language, workspace) != language:
            continue
        asked: Message | None = None
        for message in messages:
            if message.by == Message.By.MEMBER:
                asked = message
            elif asked is not None:
                if message.pk not in unjudged:
                    yield asked, message
                asked = None
        if asked is not None:
            yield asked, None


def _alone_and_not_found_right(workspace_id: int) -> set[int]:
    right = Verdict.objects.filter(workspace=workspace_id, wrong=False).values("suggestion")
    acted = Suggestion.objects.filter(workspace=workspace_id, state="acted", reply__isnull=False)
    return set(acted.exclude(pk__in=right).values_list("reply", flat=True))


def _answers(replies: Sequence[int]) -> dict[int, str]:
    """The entries that were sent as they are, by reply."""
    sent = Suggestion.objects.filter(Q(state="accepted") | Q(state="acted"), reply__in=replies, source__isnull=False)
    return {reply: str(source) for reply, source in sent.values_list("reply", "source")}
