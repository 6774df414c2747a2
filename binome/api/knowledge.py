"""What may be quoted, and what would be answered."""

from datetime import date
from typing import Annotated, Literal

from django.db import IntegrityError, transaction
from django.http import Http404
from ninja import Router, Schema, Status
from pydantic import AnyHttpUrl, Field

from binome.api.entrance import MANAGER, VIEWER, ApiRequest, user_of, workspace_of
from binome.api.problems import Refused
from binome.api.shown import SourceShown
from binome.assistant.trying import Tried, try_question
from binome.channels.models import Channel
from binome.kit.text import clean
from binome.knowledge import selectors as selecting
from binome.knowledge import services as knowledge
from binome.knowledge.models import Source
from binome.knowledge.selectors import Wanted
from binome.knowledge.services import Writing

router = Router(tags=["Knowledge"])

Identifier = Annotated[int, Field(ge=1, lt=2**63)]


class Sources(Schema):
    sources: list[SourceShown]
    next: str | None


class Written(Schema):
    """An entry, whole: what is left out is emptied."""

    question: str = Field(min_length=1, max_length=500)
    answer: str = Field(min_length=1, max_length=20_000)
    language: Literal["fr", "en"]
    alternatives: list[Annotated[str, Field(max_length=500)]] = Field(default_factory=list, max_length=100)
    familiar: str = Field("", max_length=20_000)
    details: str = Field("", max_length=20_000)
    topic: str = Field("", max_length=80)
    url: AnyHttpUrl | Literal[""] = ""
    external_id: str = Field("", max_length=200)
    expires_on: date | None = None
    channels: list[Identifier] = Field(default_factory=list, max_length=100)


class Archived(Schema):
    """*archived*: false puts it back in service."""

    archived: bool = True


class Question(Schema):
    """*channel*: where it would be asked; null, anywhere."""

    question: str = Field(min_length=1, max_length=5_000)
    channel: Identifier | None = None


class Candidate(Schema):
    source: SourceShown
    confidence: float


class Supposition(Schema):
    """*would*: act (answer alone), suggest, hand_over or rest; *answers*: the likeliest first."""

    would: str
    reason: str
    vetoes: list[str]
    language: str
    threshold: float
    answers: list[Candidate]

    @classmethod
    def of(cls, tried: Tried) -> "Supposition":
        decision = tried.decision
        answers = [Candidate(source=SourceShown.of(one.source), confidence=one.confidence) for one in tried.answers]
        return cls(
            would=decision.do, reason=decision.reason, vetoes=list(decision.vetoes), language=tried.language,
            threshold=tried.threshold, answers=answers,
        )  # fmt: skip


@router.get("sources", auth=VIEWER, response=Sources, summary="A page of entries, the latest changed first")
def sources(request: ApiRequest, archived: bool = False, cursor: str = "") -> Sources:
    wanted = Wanted(state="archived" if archived else "")
    page = selecting.entries_page(workspace_of(request), wanted, cursor)
    return Sources(sources=[SourceShown.of(one) for one in page.rows], next=page.next)


@router.post("sources", auth=MANAGER, response={201: SourceShown}, summary="Make an entry")
def create(request: ApiRequest, written: Written) -> Status[SourceShown]:
    return Status(201, _write(request, written, None))


@router.get("sources/{int:source}", auth=VIEWER, response=SourceShown, summary="One entry")
def source(request: ApiRequest, source: int) -> SourceShown:
    return SourceShown.of(_found(request, source))


@router.put("sources/{int:source}", auth=MANAGER, response=SourceShown, summary="Change an entry")
def change(request: ApiRequest, source: int, written: Written) -> SourceShown:
    """A changed answer is a new revision."""
    return _write(request, written, _found(request, source))


@router.post(
    "sources/{int:source}/archive", auth=MANAGER, response=SourceShown, summary="No longer quote, or quote again"
)
def archive(request: ApiRequest, source: int, wanted: Archived) -> SourceShown:
    knowledge.archive(_found(request, source), actor=_actor(request), archived=wanted.archived)
    return SourceShown.of(_found(request, source))


@router.post("answer", auth=VIEWER, response=Supposition, summary="What would be answered")
def answer(request: ApiRequest, question: Question) -> Supposition:
    """As if it were asked now. Nothing is sent, nothing is kept."""
    channel = _channels(request, [question.channel])[0] if question.channel else None
    return Supposition.of(try_question(workspace_of(request), clean(question.question), channel=channel))


def _write(request: ApiRequest, written: Written, before: Source | None) -> SourceShown:
    plain = written.dict(exclude={"channels", "url"})
    writing = Writing(
        **plain, url=str(written.url)[:500], channels=_channels(request, written.channels),
        owner=before.owner if before else user_of(request),
    )  # fmt: skip
    try:
        with transaction.atomic():
            made = knowledge.write_source(workspace_of(request), writing, actor=_actor(request), source=before)
    except IntegrityError as error:
        raise Refused(409, "same_external_id") from error
    return SourceShown.of(_found(request, made.pk))


def _channels(request: ApiRequest, ids: list[int]) -> list[Channel]:
    found = list(workspace_of(request).channels.filter(pk__in=ids))
    if len(found) != len(set(ids)):
        raise Refused(422, "unknown_channel")
    return found


def _found(request: ApiRequest, pk: int) -> Source:
    found = selecting.entry_in(workspace_of(request), pk)
    if found is None:
        raise Http404
    return found


def _actor(request: ApiRequest) -> str:
    return f"user:{user_of(request).pk}"
