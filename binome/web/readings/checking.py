"""Messages drawn at random, read by a person who does not see what the AI said: the measure of how often they agree."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from binome.inbox import threads
from binome.inbox.models import Message
from binome.understanding import drawing, judging, selectors, vocabulary
from binome.understanding.judging import NotALabel, NotRead
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.web.ui.sentences import sentence_for
from binome.workspaces.models import Role


@require_http_methods(["GET", "POST"])
@workspace_view(Role.OPERATOR)
def check(request: WorkspaceRequest, stage: str) -> HttpResponse:
    """Judge one message, see the next."""
    words = vocabulary.STAGES.get(stage)
    labels = selectors.labels_of(request.workspace.pk, stage)
    if words is None or not words.taught or len(labels) < 2:
        raise Http404
    if request.method == "POST":
        _judge(request, stage)
        return redirect("readings:check", request.workspace.slug, stage)
    message = drawing.draw(request.workspace, stage)
    agreement = selectors.agreements(request.workspace).get(stage, selectors.Agreement())
    content = {
        "stage": stage,
        "words": words,
        "message": message,
        "earlier": threads.said([message.pk])[0].before[-2:] if message else [],
        "labels": [(label, vocabulary.word(stage, label).name) for label in labels],
        "done": agreement.telling[1] + agreement.silent[1],
    }
    return render(request, "readings/check.html", content)


def _judge(request: WorkspaceRequest, stage: str) -> None:
    pk, right = request.POST.get("message", ""), request.POST.get("right", "")
    rows = Message.objects.filter(workspace=request.workspace).select_related("workspace")
    message = rows.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None
    if message is None or not right:
        raise Http404
    try:
        verdict = judging.judge(message, stage, right, user=request.user, drawn=True)
    except (NotRead, NotALabel) as refusal:
        toasts.show(request, sentence_for(refusal), tone="alarm")
        return
    said = vocabulary.word(stage, verdict.said).name
    same = verdict.said == verdict.right
    toasts.show(request, _("Binôme read the same.") if same else _("Binôme had read: {label}.").format(label=said))
