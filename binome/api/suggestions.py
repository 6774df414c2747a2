"""What the AI proposes, to say or to put in order, and what people make of it: each answer counts as a verdict."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from django.http import Http404
from ninja import Router, Schema
from pydantic import Field

from binome.api.entrance import OPERATOR, VIEWER, ApiRequest, user_of, workspace_of
from binome.api.shown import MessageShown, SuggestionShown
from binome.assistant import selectors as selecting
from binome.assistant import services as assistant
from binome.assistant import triage
from binome.assistant.models import Suggestion
from binome.assistant.services import OutOfDate

router = Router(tags=["Suggestions"])


class Suggestions(Schema):
    suggestions: list[SuggestionShown]
    next: str | None


class Edited(Schema):
    text: Annotated[str, Field(min_length=1, max_length=100_000)]


@router.get("suggestions", auth=VIEWER, response=Suggestions, summary="A page of what waits for a person")
def suggestions(request: ApiRequest, cursor: str = "") -> Suggestions:
    page = selecting.pending_of(workspace_of(request), cursor)
    return Suggestions(suggestions=[SuggestionShown.of(one) for one in page.rows], next=page.next)


@router.post("suggestions/{int:suggestion}/accept", auth=OPERATOR, response=MessageShown, summary="Send as it is")
def accept(request: ApiRequest, suggestion: int) -> MessageShown:
    """If the entry that it quotes has changed since, nothing is sent (409) and what it says now waits instead."""
    found = _found(request, suggestion)
    with _renewing(found):
        return MessageShown.of(assistant.accept(found, user=user_of(request)))


@router.post("suggestions/{int:suggestion}/edit", auth=OPERATOR, response=MessageShown, summary="Send in other words")
def edit(request: ApiRequest, suggestion: int, edited: Edited) -> MessageShown:
    """The same words are an acceptance."""
    found = _found(request, suggestion)
    with _renewing(found):
        return MessageShown.of(assistant.edit(found, edited.text, user=user_of(request)))


@router.post("suggestions/{int:suggestion}/refuse", auth=OPERATOR, response=SuggestionShown, summary="Set aside")
def refuse(request: ApiRequest, suggestion: int) -> SuggestionShown:
    found = _found(request, suggestion)
    assistant.refuse(found, user=user_of(request))
    found.refresh_from_db()
    return SuggestionShown.of(found)


@router.get(
    "triage",
    auth=VIEWER,
    response=Suggestions,
    summary="A page of what is proposed: tags, closing, hiding, approving",
)
def triage_waiting(request: ApiRequest, cursor: str = "") -> Suggestions:
    """Those that are to be judged blind are not told, and are neither accepted nor refused here (409)."""
    page = selecting.triage_of(workspace_of(request), cursor)
    return Suggestions(suggestions=[SuggestionShown.of(one) for one in page.rows], next=page.next)


@router.post("triage/{int:suggestion}/accept", auth=OPERATOR, response=SuggestionShown, summary="Have it done")
def put_in_order(request: ApiRequest, suggestion: int) -> SuggestionShown:
    """The tag is put on, the conversation closed, the message hidden or approved."""
    found = _found(request, suggestion, replies=False)
    triage.accept(found, user=user_of(request))
    found.refresh_from_db()
    return SuggestionShown.of(found)


@router.post("triage/{int:suggestion}/refuse", auth=OPERATOR, response=SuggestionShown, summary="Not this")
def leave_as_it_is(request: ApiRequest, suggestion: int) -> SuggestionShown:
    found = _found(request, suggestion, replies=False)
    triage.refuse(found, user=user_of(request))
    found.refresh_from_db()
    return SuggestionShown.of(found)


@contextmanager
def _renewing(suggestion: Suggestion) -> Iterator[None]:
    """What is refused because it is out of date is proposed anew."""
    try:
        yield
    except OutOfDate:
        assistant.renew(suggestion)
        raise


def _found(request: ApiRequest, pk: int, *, replies: bool = True) -> Suggestion:
    found = selecting.suggestion_in(workspace_of(request), pk)
    if found is None or triage.is_triage(found) == replies:
        raise Http404
    return found
