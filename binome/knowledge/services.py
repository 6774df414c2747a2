"""Writing what may be quoted, and keeping the questions that nothing answers."""

from collections.abc import Sequence, Set
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

_WRITTEN = [
    "question", "answer", "familiar", "language", "revision", "alternatives", "details", "topic", "url", "external_id",
    "expires_on", "owner", "updated_at",
]  # fmt: skip

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
    familiar: str = ""
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
    """The same for many at once: one batch of sentence vectors, and few queries however many."""
    before = {source.pk: (source.question, source.answer, source.familiar) for _writing, source in writings if source}
    team = set(workspace.memberships.values_list("user", flat=True))
    sources = [_written(workspace, writing, source, team) for writing, source in writings]
    _save(sources, [writing for writing, _source in writings])
    _index(sources)
    _keep_revisions([one for one in sources if before.get(one.pk) != (one.question, one.answer, one.familiar)], actor)
    written = [SourceWritten(source.pk, source.revision) for source in sources]
    journal.record(*written, workspace_id=workspace.pk, actor=actor)
    return sources


@transaction.atomic
def archive(source: Source, *, actor: str, archived: bool = True) -> None:
    """No longer quoted (or quoted again)."""
    Source.objects.filter(pk=source.pk).update(archived_at=clock.now() if archived else None, updated_at=clock.now())
    journal.record(SourceArchived(source.pk, archived), workspace_id=source.workspace_id, actor=actor)


@dataclass(frozen=True)
class Unanswered:
    """A question of a message that had no answer."""

    message: Message
    text: str
    language: str


def note_gap(message: Message, text: str, language: str) -> Gap:
    """Keep a question that had no answer, beside those that ask the same."""
    return note_gaps([Unanswered(message, text, language)])[0]


@transaction.atomic
def note_gaps(questions: Sequence[Unanswered]) -> list[Gap]:
    """The same for many, each from a message of its own; one that is kept already stays as it is."""
    asked = {question.message.pk: question for question in questions}
    gaps = {gap.message_id: gap for gap in Gap.objects.filter(message__in=asked)}
    new = [question for pk, question in asked.items() if pk not in gaps]
    made = _new_gaps(new) if new else []
    return [(gaps | {gap.message_id: gap for gap in made})[question.message.pk] for question in questions]


def _new_gaps(questions: Sequence[Unanswered]) -> list[Gap]:
    vectors = encoder.encode([question.text for question in questions])
    gaps = Gap.objects.bulk_create(_gap(question, vector) for question, vector in zip(questions, vectors, strict=True))
    open_now = {home: _open_questions(home, before=gaps[0].pk) for home in {gap.workspace_id for gap in gaps}}
    for gap, vector in zip(gaps, vectors, strict=True):
        others = open_now[gap.workspace_id]
        gap.group_id = grouping.joins(gap.text, vector, others) or gap.pk
        open_now[gap.workspace_id] = [(gap.group_id, gap.text, vector), *others][:REMEMBERED]
    Gap.objects.bulk_update(gaps, ["group"])
    facts = [GapFound(gap.pk, gap.message_id, gap.group_id or gap.pk) for gap in gaps]
    journal.record_each([(fact, gap.workspace_id, "ai") for fact, gap in zip(facts, gaps, strict=True)])
    return gaps


def _gap(question: Unanswered, vector: np.ndarray) -> Gap:
    return Gap(
        workspace_id=question.message.workspace_id,
        message=question.message,
        text=clean(question.text)[:2000],
        language=question.language[:5],
        vector=vector,
        asked_at=question.message.at,
    )


def _open_questions(workspace_id: int, before: int) -> list[tuple[int, str, np.ndarray]]:
    """The latest open questions of the workspace, with their groups."""
    others = Gap.objects.filter(workspace_id=workspace_id, filled_by=None, dismissed_at=None, pk__lt=before)
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


def _written(workspace: Workspace, writing: Writing, source: Source | None, team: Set[int]) -> Source:
    question, answer = clean(writing.question), clean(writing.answer)
    if not question or not answer:
        raise Incomplete(_("An entry needs a question and an answer."))
    _refuse_strangers(workspace, writing, source, team)
    source = source or Source(workspace=workspace, revision=0)
    familiar = clean(writing.familiar) if writing.language == "fr" else ""
    if (source.answer, source.familiar) != (answer, familiar):
        source.revision += 1
    source.familiar = familiar
    source.question, source.answer, source.language = question[:500], answer, writing.language
    source.alternatives = [clean(one) for one in writing.alternatives if clean(one)]
    source.details = clean(writing.details)
    source.topic, source.url = clean(writing.topic)[:80], writing.url
    source.expires_on, source.owner = writing.expires_on, writing.owner
    source.external_id = writing.external_id[:200] or source.external_id
    source.updated_at = clock.now()
    return source


def _save(sources: Sequence[Source], writings: Sequence[Writing]) -> None:
    """Write entries, and the channels where each may be quoted; an entry written twice is as it was written last."""
    known = {source.pk: source for source in sources if source.pk}
    Source.objects.bulk_create(source for source in sources if source.pk is None)
    Source.objects.bulk_update(known.values(), _WRITTEN, batch_size=200)
    places = {source.pk: writing.channels for source, writing in zip(sources, writings, strict=True)}
    quoted = Source.channels.through
    quoted.objects.filter(source__in=known).delete()
    quoted.objects.bulk_create(quoted(source_id=pk, channel=one) for pk, ones in places.items() for one in ones)


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


def _refuse_strangers(workspace: Workspace, writing: Writing, source: Source | None, team: Set[int]) -> None:
    if (
        (source and source.workspace_id != workspace.pk)
        or any(channel.workspace_id != workspace.pk for channel in writing.channels)
        or (writing.owner and writing.owner.pk not in team)
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
