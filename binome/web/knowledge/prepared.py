"""Saved replies: what the team says again and again, and the messages that each one answers.

Everybody uses them; managers write them, as they write entries: they may be sent alone.
"""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from binome.assistant import selectors as assistant
from binome.inbox import services as inbox
from binome.inbox.models import SavedReply
from binome.web.knowledge.forms import LANGUAGES
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.workspaces.models import Role


class PreparedForm(forms.Form):
    """A saved reply, and when it serves."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    text = forms.CharField(label=gettext_lazy("What it says"), max_length=20_000, widget=forms.Textarea({"rows": 6}))
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[("", gettext_lazy("Any")), *LANGUAGES], required=False
    )
    serves = forms.CharField(
        label=gettext_lazy("Messages that it answers"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea({"rows": 6}),
    )

    @classmethod
    def of(cls, saved: SavedReply) -> dict[str, Any]:
        """What it holds now."""
        return {
            **{name: getattr(saved, name) for name in ("title", "text", "language")},
            "serves": "\n".join(saved.serves),
        }

    def chosen(self) -> dict[str, Any]:
        """What is to be kept."""
        return {**self.cleaned_data, "serves": self.cleaned_data["serves"].splitlines()}


@require_safe
@workspace_view()
def replies(request: WorkspaceRequest) -> HttpResponse:
    """Those in use, then those that are not."""
    saved = request.workspace.saved_replies.order_by("title", "pk")
    content = {
        "replies": [(one, assistant.proposed_so_far(one)) for one in saved.filter(archived_at=None)],
        "archived": saved.exclude(archived_at=None),
        "known": assistant.known_replies(request.workspace),
        "manages": request.membership.may(Role.MANAGER),
    }
    return render(request, "knowledge/prepared/list.html", content)


@require_http_methods(["GET", "POST"])
@workspace_view(Role.MANAGER)
def new(request: WorkspaceRequest) -> HttpResponse:
    """Write one."""
    return _written(request, None)


@require_http_methods(["GET", "POST"])
@workspace_view(Role.MANAGER)
def one(request: WorkspaceRequest, saved_reply: int) -> HttpResponse:
    """Change one."""
    return _written(request, _saved(request, saved_reply))


@require_POST
@workspace_view(Role.MANAGER)
def archive(request: WorkspaceRequest, saved_reply: int) -> HttpResponse:
    """Offered no more."""
    found = _saved(request, saved_reply)
    inbox.archive_reply(found, actor=f"user:{request.user.pk}")
    undo = reverse("knowledge:prepared_restore", args=[request.workspace.slug, found.pk])
    toasts.show(request, _("Archived: it is proposed no more."), undo=undo)
    return redirect("knowledge:prepared", request.workspace.slug)


@require_POST
@workspace_view(Role.MANAGER)
def restore(request: WorkspaceRequest, saved_reply: int) -> HttpResponse:
    """Offered again."""
    inbox.archive_reply(_saved(request, saved_reply), actor=f"user:{request.user.pk}", archived=False)
    toasts.show(request, _("Back in use."))
    return redirect("knowledge:prepared", request.workspace.slug)


def _written(request: WorkspaceRequest, saved: SavedReply | None) -> HttpResponse:
    form = PreparedForm(request.POST or None, initial=PreparedForm.of(saved) if saved else {})
    if form.is_valid():
        inbox.save_reply(request.workspace, **form.chosen(), actor=f"user:{request.user.pk}", changing=saved)
        toasts.show(request, _("Saved. Binôme learns in a moment when it serves."))
        return redirect("knowledge:prepared", request.workspace.slug)
    content = {"form": form, "saved": saved, "back": reverse("knowledge:prepared", args=[request.workspace.slug])}
    return render(request, "knowledge/prepared/one.html", content, status=422 if form.is_bound else 200)


def _saved(request: WorkspaceRequest, pk: int) -> SavedReply:
    found = request.workspace.saved_replies.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
