"""What may be asked of the annotations."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from binome.understanding import vocabulary
from binome.understanding.models import Annotation, CloserLook, Lesson, ReadingVerdict, Rereading, Term, Understood
from binome.understanding.own import TOPIC
from binome.workspaces.models import Workspace


@dataclass(frozen=True)
class Known:
    """What is said of some messages. *doubted*: those that a language model was to be asked about and did not answer."""

    annotations: Mapping[int, Mapping[str, Annotation]]
    doubted: Set[int]


def annotations_of(messages: Sequence[int]) -> Mapping[int, Mapping[str, Annotation]]:
    """What is said of these messages: {message: {stage: annotation}}, verdicts of people included; two queries."""
    return known_of(messages).annotations


def known_of(messages: Sequence[int]) -> Known:
    """What is said of these messages, and which are still in doubt; two queries."""
    found: dict[int, dict[str, Annotation]] = {}
    doubts = CloserLook.objects.filter(message=OuterRef("message"), of=CloserLook.Of.DOUBTS)
    open_doubts = Exists(doubts.exclude(state=CloserLook.State.DONE))
    doubted = set[int]()
    for whole in Understood.objects.filter(message__in=messages).annotate(doubted=open_doubts):
        found[whole.message_id] = {stage: _quiet(whole, stage, *said) for stage, said in whole.said.items()}
        doubted |= {whole.message_id} if whole.doubted else set()
    for annotation in Annotation.objects.filter(message__in=messages).order_by("pk"):
        found.setdefault(annotation.message_id, {})[annotation.stage] = annotation
    return Known(found, doubted)


def warnings() -> ArraySubquery:
    """For each conversation of a query, what warns in its messages that wait: a list of {"stage", "label"}."""
    rows = Annotation.objects.filter(conversation=OuterRef("pk"), workspace=OuterRef("workspace"))
    rows = rows.filter(kind__in=vocabulary.warning_kinds(), message__at__gte=OuterRef("waiting_since"))
    return ArraySubquery(rows.order_by("pk").values(told=JSONObject(stage="stage", label="label")))


def read_as(kind: str) -> Q:
    """Conversations in which a message is read as this (a *kind* of `vocabulary`)."""
    rows = Annotation.objects.filter(workspace=OuterRef("workspace"), kind=kind, conversation=OuterRef("pk"))
    return Q(Exists(rows))


def kinds_met(workspace: int) -> list[str]:
    """What may be looked for here: every kind of reading there is, each found from the one before in the index."""
    with connection.cursor() as cursor:
        cursor.execute(_KINDS_MET, [workspace, workspace])
        return [kind for (kind,) in cursor.fetchall()]


_KINDS_MET = """
WITH RECURSIVE met AS (
    (SELECT kind FROM understanding_annotation WHERE workspace_id = %s AND kind <> '' ORDER BY kind LIMIT 1)
    UNION ALL
    SELECT (SELECT next.kind FROM understanding_annotation next
            WHERE next.workspace_id = %s AND next.kind > met.kind AND next.kind <> '' ORDER BY next.kind LIMIT 1)
    FROM met WHERE met.kind IS NOT NULL
)
SELECT kind FROM met WHERE kind IS NOT NULL
"""


def _quiet(
    whole: Understood,
    stage: str,
    label: str,
    confidence: float,
    version: str,
    evidence: Mapping[str, object] | None = None,
) -> Annotation:
    """What was said without consequence, in the same form as the rest (it has no row of its own)."""
    return Annotation(
        workspace_id=whole.workspace_id, message_id=whole.message_id, stage=stage, version=version, label=label,
        confidence=confidence, evidence=evidence or {}, at=whole.at,
    )  # fmt: skip


def labels_of(workspace: int, stage: str) -> list[str]:
    """What a stage may say in this workspace: its closed list, or the topics learned and ruled here."""
    if stage != TOPIC:
        return vocabulary.labels(stage)
    lesson = Lesson.objects.filter(workspace=workspace, stage=TOPIC, in_use=True).first()
    ruled = Term.objects.filter(workspace=workspace, meaning=Term.Meaning.TOPIC).values_list("value", flat=True)
    return list(dict.fromkeys([*(lesson.labels if lesson else []), *ruled, vocabulary.UNKNOWN]))


def holds(judged_at: datetime, edited_at: datetime | None) -> bool:
    """Whether a verdict is on the words of a message as they now stand: an edited one is another message."""
    return edited_at is None or edited_at <= judged_at


@dataclass(frozen=True)
class Agreement:
    """How often people who read drawn messages themselves said the same, by what the stage had said."""

    telling: tuple[int, int] = (0, 0)
    """(same, judged) where it said something that matters."""
    silent: tuple[int, int] = (0, 0)
    contested: int = 0
    """Verdicts given in passing: they teach, they measure nothing."""


def agreements(workspace: Workspace) -> Mapping[str, Agreement]:
    """By stage, from the verdicts of this workspace; one query."""
    found: dict[str, Agreement] = {}
    rows = ReadingVerdict.objects.filter(workspace=workspace).values("stage", "said", "confidence", "right", "drawn")
    for row in rows.annotate(count=Count("pk")):
        before = found.get(row["stage"], Agreement())
        found[row["stage"]] = _counted(before, row, workspace.language)
    return found


def latest_lessons(workspace: Workspace) -> Mapping[str, Lesson]:
    """By stage, what the last night's learning gave."""
    rows = Lesson.objects.filter(workspace=workspace).order_by("stage", "-at").distinct("stage").defer("weights")
    return {lesson.stage: lesson for lesson in rows}


def lessons_in_use(workspace: Workspace) -> Mapping[str, str]:
    """By stage that a lesson corrects, the version that it corrects."""
    return dict(Lesson.objects.filter(workspace=workspace, in_use=True).values_list("stage", "version"))


def terms(workspace: Workspace) -> QuerySet[Term]:
    """The workspace's own words, by name."""
    return workspace.terms.select_related("by").order_by("folded")


def rereading(workspace: Workspace) -> int:
    """Words whose messages are still being read again."""
    return Rereading.objects.filter(workspace=workspace).count()


def _counted(before: Agreement, row: Mapping[str, Any], here: str) -> Agreement:
    count = row["count"]
    if not row["drawn"]:
        return replace(before, contested=before.contested + count)
    same = count * (row["said"] == row["right"])
    if vocabulary.kind_of(row["stage"], row["said"], row["confidence"], here):
        return replace(before, telling=(before.telling[0] + same, before.telling[1] + count))
    return replace(before, silent=(before.silent[0] + same, before.silent[1] + count))
