"""An operator corrects what the AI read: a POST for one reading of one message; the answer is its marks as they now stand."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from binome.inbox import selectors as selecting
from binome.inbox.models import Conversation, Message
from binome.understanding import judging as understanding
from binome.understanding import selectors
from binome.understanding.judging import NotALabel, NotRead
from binome.web.inbox import places, readings
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.web.ui.sentences import sentence_for
from binome.workspaces.models import Role


@require_POST
@workspace_view(Role.OPERATOR)
def judge_reading(request: WorkspaceRequest, conversation: int, message: int, stage: str) -> HttpResponse:
    """It is wrong; or it is rather something else; or that was a mistake."""
    found = selecting.conversation_in(request.workspace, conversation)
    said = found.messages.select_related("workspace").filter(pk=message).first() if found else None
    if found is None or said is None:
        raise Http404
    try:
        _judge(
            request,
            said,
            stage,
            reverse("inbox:judge_reading", args=[request.workspace.slug, found.pk, said.pk, stage]),
        )
    except (NotRead, NotALabel) as refusal:
        toasts.show(request, sentence_for(refusal), tone="alarm")
    return _answer(request, found, said, stage)


def _judge(request: WorkspaceRequest, said: Message, stage: str, address: str) -> None:
    right, back = request.POST.get("right", ""), "take_back" in (request.POST.get("do"), request.GET.get("do"))
    if back:
        verdict = understanding.verdict_in(request.workspace, said.pk, stage)
        if verdict:
            understanding.take_back(verdict, user=request.user)
            toasts.show(request, _("Taken back: this reading is as it was."))
        return
    understanding.judge(said, stage, right or None, user=request.user)
    toasts.show(request, _("Noted. Binôme will learn from it tonight."), undo=f"{address}?do=take_back")


def _answer(request: WorkspaceRequest, found: Conversation, said: Message, stage: str) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(f"{places.address(request, found.pk)}#message-{said.pk}")
    read = selectors.annotations_of([said.pk]).get(said.pk, {})
    topics = selectors.labels_of(request.workspace.pk, "topic") if "topic" in read else []
    marks = readings.marks(read, topics, request.workspace.language)
    content = {"readings": marks, "message": said, "conversation": found, "may_judge": True, "opens": stage}
    return render(request, "inbox/readings.html", content)
