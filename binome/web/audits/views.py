"""The queue of audits: one answer at a time, three keys."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from binome.assistant import selectors as suggestions
from binome.assistant import services as assistant
from binome.assistant import triage
from binome.assistant.models import Suggestion
from binome.autonomy import selectors as autonomy
from binome.autonomy.services import AlreadyJudged
from binome.inbox import selectors as inbox
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.web.ui.sentences import sentence_for
from binome.workspaces.models import Role


@require_safe
@workspace_view()
def queue(request: WorkspaceRequest) -> HttpResponse:
    """The oldest answer that nobody has looked at; ?after= skips those up to there."""
    waiting = autonomy.audits_waiting(request.workspace)
    after = request.GET.get("after", "")
    skipping = after.isdecimal() and len(after) < 16
    audit = (waiting.filter(pk__gt=int(after)) if skipping else waiting).order_by("pk").first()
    found = suggestions.of_ids([audit.suggestion]).get(audit.suggestion) if audit else None
    leaned_on = (found.source or found.saved_reply) if found else None
    content = {
        "waiting": waiting.count(),
        "audit": audit,
        "suggestion": found,
        "to_order": suggestions.triage_waiting(request.workspace).count(),
        "sorted": bool(found and triage.is_triage(found)),
        "earlier": earlier(found) if found else [],
        "changed": bool(found and leaned_on and leaned_on.revision != found.source_revision),
        "operates": request.membership.may(Role.OPERATOR),
        "skipping": skipping,
        "after": after if skipping else "",
        "choices": _choices(found) if audit and found and audit.blind and found.source_id else [],
    }
    return render(request, "audits/queue.html", content)


@require_POST
@workspace_view(Role.OPERATOR)
def blind(request: WorkspaceRequest, suggestion: int) -> HttpResponse:
    """What the auditor would have answered, chosen without seeing what was: compared at once."""
    found, chosen = _suggestion(request, suggestion), request.POST.get("entry", "")
    right = found.source_id is not None and chosen == str(found.source_id)
    return _judged(request, suggestion, right=right, blind=True, needed_person=chosen == "person")


@require_POST
@workspace_view(Role.OPERATOR)
def person(request: WorkspaceRequest, suggestion: int) -> HttpResponse:
    """A person was needed there."""
    return _judged(request, suggestion, right=False, needed_person=True)


@require_POST
@workspace_view(Role.OPERATOR)
def right(request: WorkspaceRequest, suggestion: int) -> HttpResponse:
    """It was the right answer."""
    return _judged(request, suggestion, right=True)


@require_POST
@workspace_view(Role.OPERATOR)
def wrong(request: WorkspaceRequest, suggestion: int) -> HttpResponse:
    """It was not."""
    return _judged(request, suggestion, right=False)


def _judged(
    request: WorkspaceRequest, pk: int, *, right: bool, blind: bool = False, needed_person: bool = False
) -> HttpResponse:
    found = _suggestion(request, pk)
    try:
        assistant.judge_alone(found, right=right, user=request.user, blind=blind, needed_person=needed_person)
        told = _("Noted: right.") if right else _("Noted: wrong. The conversation is still open to you.")
        if not right and triage.is_triage(found):
            triage.undo(found, user=request.user)
            told = _("Noted: wrong. It was undone.")
        compared = (
            _("You and Binôme say the same.") if right else _("You would have answered otherwise: noted as wrong.")
        )
        toasts.show(request, compared if blind else told)
    except AlreadyJudged as refusal:
        toasts.show(request, sentence_for(refusal), tone="alarm")
    after = request.POST.get("after", "")
    place = f"?after={after}" if after.isdecimal() and len(after) < 16 else ""
    return redirect(reverse("audits:queue", args=[request.workspace.slug]) + place)


def _suggestion(request: WorkspaceRequest, pk: int) -> Suggestion:
    """An answer given alone, in this workspace, that was drawn."""
    found: Any = suggestions.of_ids([pk]).get(pk)
    if found is None or found.workspace_id != request.workspace.pk or not autonomy.is_drawn(pk):
        raise Http404
    return found  # type: ignore[no-any-return]


def _choices(suggestion: Suggestion) -> list[tuple[str, str]]:
    """The entries that an auditor chooses from: those that were found, in an order that says nothing."""
    ids = [answer["source"] for answer in suggestion.why.get("answers", [])][:4] or [suggestion.source_id]
    titles = suggestions.titles([pk for pk in {*ids, suggestion.source_id} if pk])
    return sorted(((str(pk), title) for pk, title in titles.items()), key=lambda one: one[1].casefold())


def earlier(suggestion: Suggestion) -> list[str]:
    """What the conversation said just before, to understand the message."""
    rows = inbox.messages_with_threads([suggestion.message_id])
    return rows[0][1][-2:] if rows else []
