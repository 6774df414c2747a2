"""Entries in and out as files: read, previewed, confirmed or abandoned; then taken in, as far as it got."""

import json
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from binome.kit import clock
from binome.knowledge import exporting, importing, selectors
from binome.knowledge.files import LARGEST, Unreadable
from binome.knowledge.models import Import
from binome.web.knowledge.forms import FileForm
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.workspaces.models import Role

LINES = 200
"""Lines of a preview that a page shows."""


@require_http_methods(["GET", "POST"])
@workspace_view(Role.MANAGER)
def begin(request: WorkspaceRequest) -> HttpResponse:
    """Give a file; it is read, nothing is changed."""
    form = FileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        given = form.cleaned_data["file"]
        try:
            batch = importing.prepare(
                request.workspace, given.name, given.read(LARGEST + 1), actor=f"user:{request.user.pk}"
            )
            return redirect("knowledge:pending", request.workspace.slug, batch.pk)
        except Unreadable as refusal:
            form.add_error("file", str(refusal))
    content = {"form": form, "imports": selectors.imports_open(request.workspace)}
    return render(request, "knowledge/import.html", content, status=422 if form.is_bound else 200)


@require_safe
@workspace_view(Role.MANAGER)
def pending(request: WorkspaceRequest, pending: int) -> HttpResponse:
    """What a file would change; or how far it is."""
    return render(request, "knowledge/pending.html", _told(_batch(request, pending)))


@require_POST
@workspace_view(Role.MANAGER)
def confirm(request: WorkspaceRequest, pending: int) -> HttpResponse:
    """Take it in; bad rows are left out only if one says so."""
    try:
        importing.confirm(_batch(request, pending), leave_out_bad=request.POST.get("bad") == "leave-out")
    except Unreadable as refusal:
        toasts.show(request, str(refusal), tone="alarm")
    return redirect("knowledge:pending", request.workspace.slug, pending)


@require_POST
@workspace_view(Role.MANAGER)
def abandon(request: WorkspaceRequest, pending: int) -> HttpResponse:
    """Do not take it in, or not the rest."""
    batch = _batch(request, pending)
    if batch.state in (Import.State.PREVIEW, Import.State.RUNNING):
        importing.abandon(batch)
    kept = batch.state == Import.State.RUNNING
    toasts.show(request, _("Stopped. What was already in stays.") if kept else _("Abandoned. Nothing was changed."))
    return redirect("knowledge:list", request.workspace.slug)


@require_safe
@workspace_view()
def export(request: WorkspaceRequest) -> HttpResponse:
    """The entries in use, one JSON object a line, in the form that importing takes back."""
    name = f"{request.workspace.slug}-{clock.now():%Y-%m-%d}.jsonl"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in exporting.rows(request.workspace))
    return HttpResponse("".join(lines), content_type="application/x-ndjson; charset=utf-8", headers=headers)


def _batch(request: WorkspaceRequest, pk: int) -> Import:
    found = request.workspace.knowledge_imports.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _told(batch: Import) -> dict[str, Any]:
    if batch.state != Import.State.PREVIEW:
        return {"batch": batch, "total": len(batch.rows)}
    changes = importing.changes(batch)
    new = [change for change in changes if change.source is None]
    changed = [(change, _fields(change.fields)) for change in changes if change.source]
    return {
        "batch": batch, "total": len(batch.rows), "new": new[:LINES], "changed": changed[:LINES],
        "more": max(0, len(new) - LINES) + max(0, len(changed) - LINES), "counts": batch.counts,
    }  # fmt: skip


def _fields(fields: Any) -> list[tuple[str, str, str]]:
    names = {
        "question": _("Question"), "answer": _("Answer"), "details": _("More, not sent"), "language": _("Language"),
        "topic": _("Topic"), "url": _("Address of the page"), "alternatives": _("Other ways to ask"),
        "expires_on": _("Valid until"),
    }  # fmt: skip
    return [(names[name], before, after) for name, (before, after) in fields.items()]
