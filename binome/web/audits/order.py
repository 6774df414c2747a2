"""The queue of what is proposed to be put in order: a tag, a closing; one at a time, three keys."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from binome.assistant import selectors as suggestions
from binome.assistant import triage
from binome.assistant.services import TooLate
from binome.autonomy import selectors as autonomy
from binome.inbox.services import CannotModerate
from binome.web.audits.views import earlier
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.web.ui.sentences import sentence_for
from binome.workspaces.models import Role


@require_safe
@workspace_view()
def queue(request: WorkspaceRequest) -> HttpResponse:
    """The oldest proposal that nobody has settled; ?after= skips those up to there."""
    proposed = suggestions.triage_waiting(request.workspace)
    after = skipped(request.GET.get("after", ""))
    found = (proposed.filter(pk__gt=int(after)) if after else proposed).first()
    content = {
        "to_order": proposed.count(),
        "waiting": autonomy.audits_waiting(request.workspace).count(),
        "suggestion": found,
        "earlier": earlier(found) if found else [],
        "operates": request.membership.may(Role.OPERATOR),
        "after": after,
    }
    return render(request, "audits/order.html", content)


@require_POST
@workspace_view(Role.OPERATOR)
def settle(request: WorkspaceRequest, suggestion: int) -> HttpResponse:
    """Yes or no."""
    found = suggestions.of_ids([suggestion]).get(suggestion)
    if found is None or found.workspace_id != request.workspace.pk or not triage.is_triage(found):
        raise Http404
    try:
        if request.POST.get("do") == "yes":
            triage.accept(found, user=request.user)
            toasts.show(request, _("Done."))
        else:
            triage.refuse(found, user=request.user)
            toasts.show(request, _("Set aside. Thank you: this counts as a verdict."))
    except (TooLate, CannotModerate) as refusal:
        toasts.show(request, sentence_for(refusal), tone="alarm")
    after = skipped(request.POST.get("after", ""))
    return redirect(reverse("audits:order", args=[request.workspace.slug]) + (f"?after={after}" if after else ""))


def skipped(said: str) -> str:
    """The last proposal that was skipped, if that is what is said."""
    return said if said.isdecimal() and len(said) < 16 else ""
