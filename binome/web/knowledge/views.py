"""The pages of knowledge: the list, an entry, a question tried."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from binome.assistant import selectors as assistant
from binome.assistant.trying import try_question
from binome.kit.text import clean
from binome.knowledge import selectors as knowledge
from binome.knowledge import services as writing
from binome.knowledge.matching.language import language_of
from binome.knowledge.memory import selectors as memory
from binome.knowledge.memory import services as remembering
from binome.knowledge.memory.models import Problem
from binome.knowledge.models import Source
from binome.knowledge.searching import search
from binome.knowledge.selectors import Unanswered
from binome.web.knowledge import showing
from binome.web.knowledge.forms import EntryForm, Search, written
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.workspaces.models import Role

BY_PAGE = 50
GROUPS = 5
"""Groups of questions shown before one asks for all."""


@require_safe
@workspace_view()
def entries(request: WorkspaceRequest) -> HttpResponse:
    """What may be said, after what cannot be yet."""
    here = request.workspace
    form = Search(request.GET, workspace=here)
    wanted, words = form.wanted(), form.cleaned_data.get("q", "")
    found = knowledge.entries(here, wanted)
    every = "questions" in request.GET
    content = {
        "form": form,
        "words": words,
        "page": None if words else Paginator(found, BY_PAGE).get_page(request.GET.get("page")),
        "results": search(found, words) if words else None,
        "groups": knowledge.unanswered(here, None if every else GROUPS),
        "number_unanswered": knowledge.number_unanswered(here),
        "ending": knowledge.ending(here)[:8],
        "number": here.sources.filter(archived_at=None).count(),
        "imports": knowledge.imports_open(here),
        "filters": _filters(request),
        "today": knowledge.today(),
        **_rights(request),
    }
    return render(request, "knowledge/list.html", content)


@require_safe
@workspace_view()
def tried(request: WorkspaceRequest) -> HttpResponse:
    """What would be answered to this question, and why; nothing is kept."""
    words = clean(request.GET.get("question", ""))[:1000]
    shown = showing.shown(try_question(request.workspace, words)) if words else None
    name = "knowledge/tried.html" if request.htmx else "knowledge/try.html"  # type: ignore[attr-defined]
    return render(request, name, {"shown": shown, "asked": words})


@require_http_methods(["GET", "POST"])
@workspace_view(Role.MANAGER)
def new(request: WorkspaceRequest) -> HttpResponse:
    """A new entry; with ?gap=, the one that a group of questions wants; with ?problem=, one that the past teaches."""
    group, problem = _group(request), _problem(request)
    first = _from_the_past(request, problem) if problem else _first_words(request, group)
    form = EntryForm(request.POST or None, workspace=request.workspace, initial=first)
    if not form.is_valid():
        content = _page(request, form) | {"group": group, "problem": problem}
        return render(request, "knowledge/new.html", content, status=422 if form.is_bound else 200)
    actor = f"user:{request.user.pk}"
    if problem:
        source = remembering.approve(problem, form.writing(), actor=actor)
        toasts.show(request, _("Approved. Binôme can quote it from now on."))
        return redirect("knowledge:entry", request.workspace.slug, source.pk)
    gaps = group.gaps if group else []
    source = writing.answer_gaps(request.workspace, form.writing(), gaps, actor=actor)
    toasts.show(request, _("Saved. Binôme can quote it from now on."))
    return redirect("knowledge:entry", request.workspace.slug, source.pk)


@require_http_methods(["GET", "POST"])
@workspace_view()
def entry(request: WorkspaceRequest, source: int) -> HttpResponse:
    """One entry: to read, and to change if one may."""
    found = source_in(request, source)
    manages = request.membership.may(Role.MANAGER)
    if request.method == "POST" and not manages:
        raise PermissionDenied
    form = EntryForm(request.POST or None, workspace=request.workspace, source=found, initial=written(found))
    if form.is_valid():
        writing.write_source(request.workspace, form.writing(), actor=f"user:{request.user.pk}", source=found)
        toasts.show(request, _("Saved."))
        return redirect("knowledge:entry", request.workspace.slug, found.pk)
    if not manages:
        for name in form.fields:
            form.fields[name].disabled = True
    content = _page(request, form) | {
        "source": found,
        "served": assistant.served(found),
        "revisions": showing.by_whom(knowledge.revisions(found)[:20]),
        "expired": bool(found.expires_on and found.expires_on < knowledge.today()),
    }
    return render(request, "knowledge/entry.html", content, status=422 if form.is_bound else 200)


def source_in(request: WorkspaceRequest, pk: int) -> Source:
    """An entry of this workspace, or nothing."""
    found = request.workspace.sources.select_related("owner").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _page(request: WorkspaceRequest, form: EntryForm) -> dict[str, Any]:
    back = reverse("knowledge:list", args=[request.workspace.slug])
    return {"form": form, "topics": knowledge.topics(request.workspace), "back": back, **_rights(request)}


def _rights(request: WorkspaceRequest) -> dict[str, bool]:
    return {"manages": request.membership.may(Role.MANAGER)}


def _group(request: WorkspaceRequest) -> Unanswered | None:
    asked = request.POST.get("gap") or request.GET.get("gap", "")
    if not asked.isdecimal() or len(asked) > 15:
        return None
    return knowledge.unanswered_like(request.workspace, int(asked))


def _problem(request: WorkspaceRequest) -> Problem | None:
    asked = request.POST.get("problem") or request.GET.get("problem", "")
    return memory.problem_in(request.workspace, int(asked)) if asked.isdecimal() and len(asked) <= 15 else None


def _from_the_past(request: WorkspaceRequest, problem: Problem) -> dict[str, Any]:
    """The answer that served best, as it was asked, who gave it most often, until when it holds."""
    case = request.GET.get("case", "")
    answer = memory.draft_answer(problem, int(case) if case.isdecimal() and len(case) <= 15 else None)
    written_in = language_of(answer, problem.language)
    return {
        "question": problem.title, "answer": answer, "alternatives": "\n".join(memory.alternatives_for(problem)),
        "language": written_in if written_in in ("fr", "en") else request.workspace.language,
        "owner": memory.owner_for(problem) or request.user, "expires_on": memory.expiry_for(answer),
    }  # fmt: skip


def _first_words(request: WorkspaceRequest, group: Unanswered | None) -> dict[str, Any]:
    """What is filled in already: the community's own words, and who writes."""
    begun: dict[str, Any] = {"language": request.workspace.language, "owner": request.user}
    if group:
        begun |= {"question": group.question, "language": group.language, "alternatives": "\n".join(group.others)}
    return begun


def _filters(request: WorkspaceRequest) -> str:
    """The filters as an address, without the page."""
    asked = request.GET.copy()
    asked.pop("page", None)
    return asked.urlencode()
