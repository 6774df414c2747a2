"""Words that mean something here."""

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from binome.understanding import selectors, terms
from binome.understanding.models import Term
from binome.understanding.terms import LONGEST, AlreadyKnown, NotAWord, TooManyTerms, ValueMissing
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.web.ui.sentences import sentence_for
from binome.workspaces.models import Role


class Writing(forms.Form):
    text = forms.CharField(label=gettext_lazy("Word or phrase"), max_length=LONGEST)
    meaning = forms.ChoiceField(
        label=gettext_lazy("This word"), choices=Term.Meaning.choices, widget=forms.RadioSelect, initial="harmless"
    )
    value = forms.CharField(label=gettext_lazy("Which topic, or what it means"), max_length=80, required=False)


@require_http_methods(["GET", "POST"])
@workspace_view()
def lexicon(request: WorkspaceRequest) -> HttpResponse:
    """The words of the place; managers add some."""
    manages = request.membership.may(Role.MANAGER)
    form = Writing(request.POST or None)
    if request.method == "POST" and not manages:
        return HttpResponse(status=403)
    if form.is_valid() and _written(request, form):
        return redirect("readings:words", request.workspace.slug)
    content = {
        "terms": selectors.terms(request.workspace),
        "rereading": selectors.rereading(request.workspace),
        "form": form,
        "manages": manages,
    }
    return render(request, "readings/words.html", content, status=422 if form.is_bound else 200)


@require_POST
@workspace_view(Role.MANAGER)
def remove(request: WorkspaceRequest, term: int) -> HttpResponse:
    """It means again what it means elsewhere."""
    found = request.workspace.terms.filter(pk=term).first()
    if found is None:
        raise Http404
    terms.remove_term(found, user=request.user)
    toasts.show(request, _("Removed. The messages that hold it are being read again."))
    return redirect("readings:words", request.workspace.slug)


def _written(request: WorkspaceRequest, form: Writing) -> bool:
    try:
        terms.write_term(request.workspace, user=request.user, **form.cleaned_data)
    except ValueMissing as refusal:
        form.add_error("value", sentence_for(refusal))
    except (NotAWord, AlreadyKnown, TooManyTerms) as refusal:
        form.add_error("text", sentence_for(refusal))
    else:
        toasts.show(request, _("Kept. The messages that hold it are being read again."))
    return form.is_valid()
