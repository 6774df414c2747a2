"""The pages of the reply memory: its problems, one problem, a file of past exchanges."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from binome.assistant import leaning
from binome.assistant import selectors as assistant
from binome.inbox import selectors as inbox
from binome.inbox.models import Message
from binome.kit.text import clean
from binome.knowledge.memory import selectors as memory
from binome.knowledge.memory import taking
from binome.knowledge.memory.linking import pages
from binome.knowledge.memory.models import Intake, Problem
from binome.knowledge.memory.said import Unreadable
from binome.knowledge.memory.selectors import PastCase
from binome.web.knowledge import remembered
from binome.web.knowledge.forms import HistoryForm
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.workspaces.models import Role

BY_PAGE = 40


@require_safe
@workspace_view()
def problems(request: WorkspaceRequest) -> HttpResponse:
    """What came back over the years: where answers contradict first, then what came most often."""
    show, words = request.GET.get("show", ""), clean(request.GET.get("q", ""))[:200]
    numbers = memory.numbers(request.workspace)
    page = Paginator(memory.problems(request.workspace, show=show, words=words), BY_PAGE).get_page(
        request.GET.get("page")
    )
    content = {
        "show": show,
        "words": words,
        "numbers": numbers,
        "views": remembered.views(numbers),
        "page": page,
        "rows": [(problem, remembered.disagreements(problem)) for problem in page],
        "intakes": memory.intakes_open(request.workspace),
        **rights(request),
    }
    return render(request, "knowledge/memory/list.html", content)


@require_safe
@workspace_view()
def problem(request: WorkspaceRequest, problem: int) -> HttpResponse:
    """One problem: its answers side by side, what came of them, what contradicts."""
    found = problem_in(request, problem)
    content = {
        "problem": found,
        "seen": remembered.shown(memory.examined(found)),
        "similar": memory.similar(found) if request.membership.may(Role.MANAGER) else [],
        "links": len(pages(found)),
        **rights(request),
    }
    return render(request, "knowledge/memory/problem.html", content)


@require_safe
@workspace_view()
def cases(request: WorkspaceRequest, conversation: int) -> HttpResponse:
    """What was answered before to questions like the last one of a conversation; a part of its page, or a page by itself."""
    found = inbox.conversation_in(request.workspace, conversation)
    if found is None:
        raise Http404
    said = found.messages.filter(by=Message.By.MEMBER, deleted_at=None).order_by("-at", "-pk").first()
    name = "knowledge/memory/like.html" if request.htmx else "knowledge/memory/cases.html"  # type: ignore[attr-defined]
    return render(request, name, {"cases": _past_cases(request, said), "conversation": found, "asked": said})


@require_http_methods(["GET", "POST"])
@workspace_view(Role.MANAGER)
def begin(request: WorkspaceRequest) -> HttpResponse:
    """Give a file of past exchanges; it is read, nothing is learnt from it yet."""
    form = HistoryForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        given = form.cleaned_data["file"]
        team = [name for name in form.cleaned_data["team"].split(",") if name.strip()]
        try:
            intake = taking.prepare(request.workspace, given.name, given, actor=f"user:{request.user.pk}", team=team)
            return redirect("knowledge:intake", request.workspace.slug, intake.pk)
        except Unreadable as refusal:
            form.add_error("file", str(refusal))
    content = {"form": form, "intakes": memory.intakes_open(request.workspace), "exports": remembered.exports()}
    return render(request, "knowledge/memory/import.html", content, status=422 if form.is_bound else 200)


@require_safe
@workspace_view(Role.MANAGER)
def intake(request: WorkspaceRequest, intake: int) -> HttpResponse:
    """What a file holds; or how far it is."""
    found = intake_in(request, intake)
    content = {"intake": found, **remembered.held(found), **rights(request)}
    return render(request, "knowledge/memory/intake.html", content)


def _past_cases(request: WorkspaceRequest, said: Message | None) -> list[PastCase]:
    """Those that the last decision leaned on, the same at every look; where nothing was decided, those of today."""
    if said is None:
        return []
    card = assistant.card_on(said.pk)
    return leaning.past_cases(card) if card else memory.past_cases(request.workspace, said.text)


def problem_in(request: WorkspaceRequest, pk: int) -> Problem:
    """A problem of this workspace, or nothing."""
    found = memory.problem_in(request.workspace, pk)
    if found is None:
        raise Http404
    return found


def intake_in(request: WorkspaceRequest, pk: int) -> Intake:
    """A file given to this workspace, or nothing."""
    found = request.workspace.history_intakes.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def rights(request: WorkspaceRequest) -> dict[str, Any]:
    return {"manages": request.membership.may(Role.MANAGER), "title": _("Reply memory")}
