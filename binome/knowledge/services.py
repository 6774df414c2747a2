"""Writing what may be quoted, and keeping the questions that nothing answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Value
from django.db.models.expressions import CombinedExpression
from django.utils.translation import gettext_lazy as _

from binome.accounts.models import User
from binome.channels.models import Channel
from binome.inbox.models import Message
from binome.journal import services as journal
from binome.kit import clock, encoder
from binome.kit.text import clean, fold
from binome.knowledge import grouping
from binome.knowledge.facts import GapFound, GapsFilled, SourceArchived, SourceWritten
from binome.knowledge.finding import as_entry
from binome.knowledge.models import Gap, Passage, Revision, Source
from binome.workspaces.models import Workspace

REMEMBERED = 400
"""How many of the latest open questions a new one is compared with."""


class Incomplete(ValueError):
    """An entry needs a question and an answer."""


class NotOfThisWorkspace(ValueError):
    """This belongs to another workspace."""


@dataclass(frozen=True)
class Writing:
    """An entry as a person writes it."""

    question: str
    answer: str
    language: str
    alternatives: Sequence[str] = ()
    details: str = ""
    topic: str = ""
    url: str = ""
    external_id: str = ""
    expires_on: date | None = None
    owner: User | None = None
    channels: Sequence[Channel] = field(default_factory=tuple)


@transaction.atomic
def write_source(workspace: Workspace, writing: Writing, *, actor: str, source: Source | None = None) -> Source:
    """Make an entry, or change one; a changed answer is a new revision. Its passages are made anew."""
    return write_sources(workspace, [(writing, source)], actor=actor)[0]


@transaction.atomic
def write_sources(
    workspace: Workspace, writings: Sequence[tuple[Writing, Source | None]], *, actor: str
) -> list[Source]:
    """The same for many at once: one batch of sentence vectors, two of rows."""
    before = {source.pk: (source.question, source.answer) for _writing, source in writings if source}
    sources = [_written(workspace, writing, source) for writing, source in writings]
    _index(sources)
    _keep_revisions([one for one in sources if before.get(one.pk) != (one.question, one.answer)], actor)
    written = [SourceWritten(source.pk, source.revision) for source in sources]
    journal.record(*written, workspace_id=workspace.pk, actor=actor)
    return sources


@transaction.atomic
def archive(source: Source, *, actor: str, archived: bool = True) -> None:
    """No longer quoted (or quoted again)."""
    Source.objects.filter(pk=source.pk).update(archived_at=clock.now() if archived else None, updated_at=clock.now())
    journal.record(SourceArchived(source.pk, archived), workspace_id=source.workspace_id, actor=actor)


@transaction.atomic
def note_gap(message: Message, text: str, language: str) -> Gap:
    """Keep a question that had no answer, beside those that ask the same."""
    vector = encoder.encode([text])[0]
    gap, made = Gap.objects.get_or_create(
        message=message,
        defaults={
            "workspace_id": message.workspace_id,
            "text": clean(text)[:2000],
            "language": language[:5],
            "vector": vector,
            "asked_at": message.at,
        },
    )
    if made:
        gap.group_id = grouping.joins(gap.text, vector, _open_questions(gap)) or gap.pk
        gap.save(update_fields=["group"])
        fact = GapFound(gap.pk, message.pk, gap.group_id or gap.pk)
        journal.record(fact, workspace_id=gap.workspace_id, actor="ai")
    return gap


def _open_questions(gap: Gap) -> list[tuple[int, str, np.ndarray]]:
    """The latest open questions of its workspace, with their groups."""
    others = Gap.objects.filter(workspace_id=gap.workspace_id, filled_by=None, dismissed_at=None).exclude(pk=gap.pk)
    rows = others.order_by("-pk").values_list("pk", "group", "text", "vector")[:REMEMBERED]
    return [(group or pk, text, np.asarray(vector, np.float32)) for pk, group, text, vector in rows]


@transaction.atomic
def fill_gaps(gaps: Sequence[Gap], source: Source, *, actor: str) -> None:
    """These questions have their answer now; those of other workspaces are left alone."""
    ours = Gap.objects.filter(pk__in=[gap.pk for gap in gaps], workspace_id=source.workspace_id)
    filled = ours.update(filled_by=source)
    journal.record(GapsFilled(source.pk, filled), workspace_id=source.workspace_id, actor=actor)


@transaction.atomic
def answer_gaps(workspace: Workspace, writing: Writing, gaps: Sequence[Gap], *, actor: str) -> Source:
    """Write the entry that these questions wanted."""
    source = write_source(workspace, writing, actor=actor)
    fill_gaps(gaps, source, actor=actor)
    return source


@transaction.atomic
def dismiss_gaps(gaps: Sequence[Gap]) -> None:
    """These questions need no entry."""
    Gap.objects.filter(pk__in=[gap.pk for gap in gaps]).update(dismissed_at=clock.now())


@transaction.atomic
def restore_gaps(gaps: Sequence[Gap]) -> None:
    """They do need one."""
    Gap.objects.filter(pk__in=[gap.pk for gap in gaps]).update(dismissed_at=None)


@transaction.atomic
def forget_gaps(messages: Sequence[int]) -> None:
    """Their authors took these questions back; those that asked the same stay together."""
    for gap in Gap.objects.filter(message__in=messages):
        alike = Gap.objects.filter(group=gap).exclude(pk=gap.pk).order_by("pk")
        first = alike.first()
        if first:
            alike.update(group=first)
        gap.delete()


@transaction.atomic
def reindex(sources: Sequence[Source]) -> None:
    """Make the passages of these entries anew (another encoder, another way of cutting)."""
    _index(list(sources))


def _written(workspace: Workspace, writing: Writing, source: Source | None) -> Source:
    question, answer = clean(writing.question), clean(writing.answer)
    if not question or not answer:
        raise Incomplete(_("An entry needs a question and an answer."))
    _refuse_strangers(workspace, writing, source)
    source = source or Source(workspace=workspace, revision=0)
    if source.answer != answer:
        source.revision += 1
    source.question, source.answer, source.language = question[:500], answer, writing.language
    source.alternatives = [clean(one) for one in writing.alternatives if clean(one)]
    source.details = clean(writing.details)
    source.topic, source.url = clean(writing.topic)[:80], writing.url
    source.expires_on, source.owner = writing.expires_on, writing.owner
    source.external_id = writing.external_id[:200] or source.external_id
    source.updated_at = clock.now()
    source.save()
    source.channels.set(writing.channels)
    return source


def _keep_revisions(sources: Sequence[Source], actor: str) -> None:
    Revision.objects.bulk_create(
        Revision(
            workspace_id=source.workspace_id,
            source=source,
            number=source.revision,
            question=source.question,
            answer=source.answer,
            by=actor,
            at=source.updated_at,
        )
        for source in sources
    )


def _refuse_strangers(workspace: Workspace, writing: Writing, source: Source | None) -> None:
    owner = writing.owner
    if (
        (source and source.workspace_id != workspace.pk)
        or any(channel.workspace_id != workspace.pk for channel in writing.channels)
        or (owner and not owner.memberships.filter(workspace=workspace).exists())
    ):
        raise NotOfThisWorkspace(_("This belongs to another workspace."))
    if writing.url and not writing.url.startswith(("https://", "http://")):
        raise Incomplete(_("The page’s address begins with https:// or http://."))


def _index(sources: Sequence[Source]) -> None:
    """Cut entries into passages, with their vectors and words, in batches."""
    sources = list({source.pk: source for source in sources}.values())
    Passage.objects.filter(source__in=sources).delete()
    parts = [(source, part, text) for source in sources for part, text in _parts(source)]
    vectors = encoder.encode([text for _source, _part, text in parts]) if parts else np.empty((0, 512))
    Passage.objects.bulk_create(
        (
            Passage(
                workspace_id=source.workspace_id,
                source=source,
                part=part,
                text=text,
                vector=vector,
                encoder=encoder.VERSION,
                search=_words(text),
            )
            for (source, part, text), vector in zip(parts, vectors, strict=True)
        ),
        batch_size=500,
    )


def _parts(source: Source) -> list[tuple[str, str]]:
    """The texts by which the engine finds it: see `matching.entries`."""
    entry = as_entry(source)
    alternatives = [(Passage.Part.ALTERNATIVE, text) for text in entry.alternatives]
    ends = [(Passage.Part.SHORT, entry.short_answer), (Passage.Part.ANSWER, entry.head)]
    return [(Passage.Part.QUESTION, entry.question), *alternatives, *ends]


def _words(text: str) -> CombinedExpression:
    """Words without accents, by their French and English stems."""
    folded = Value(fold(text))
    return SearchVector(folded, config="french") + SearchVector(folded, config="english")
