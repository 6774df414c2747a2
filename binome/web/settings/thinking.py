"""The language model: chosen, tried and left by owners."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from binome.llm.errors import ModelFailed
from binome.web.settings.forms import LanguageModelForm
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.web.ui.sentences import sentence_for
from binome.workspaces import language_models
from binome.workspaces.language_models import BudgetSpent, NoModel, Tried, Unfinished
from binome.workspaces.models import Role


@require_http_methods(["GET", "POST"])
@workspace_view(Role.OWNER)
def language_model(request: WorkspaceRequest) -> HttpResponse:
    """Choose which model is asked, and how far."""
    form = LanguageModelForm(request.POST or None, model=language_models.of(request.workspace))
    if form.is_valid():
        try:
            language_models.choose(request.workspace, form.choice(), by=request.membership)
        except Unfinished as unfinished:
            form.add_error(None, sentence_for(unfinished))
        else:
            toasts.show(request, _("Saved. You can try it now."))
            return redirect("settings:language_model", request.workspace.slug)
    return _page(request, form)


@require_POST
@workspace_view(Role.OWNER)
def try_it(request: WorkspaceRequest) -> HttpResponse:
    """Ask the model for one sentence."""
    try:
        tried = language_models.try_it(request.workspace, by=request.membership)
    except (ModelFailed, BudgetSpent, NoModel) as error:
        return _page(request, _form(request), problem=sentence_for(error))
    return _page(request, _form(request), tried=tried)


@require_POST
@workspace_view(Role.OWNER)
def leave(request: WorkspaceRequest) -> HttpResponse:
    """Ask none any more."""
    language_models.leave(request.workspace, by=request.membership)
    toasts.show(request, _("No language model is asked any more, and the key is forgotten."))
    return redirect("settings:language_model", request.workspace.slug)


def _form(request: WorkspaceRequest) -> LanguageModelForm:
    return LanguageModelForm(None, model=language_models.of(request.workspace))


def _page(
    request: WorkspaceRequest, form: LanguageModelForm, *, tried: Tried | None = None, problem: str = ""
) -> HttpResponse:
    model, spent = language_models.of(request.workspace), language_models.spent(request.workspace)
    content = {"form": form, "model": model, "spent": spent, "tried": tried, "problem": problem}
    return render(request, "settings/language_model.html", content)
