"""How Binôme speaks: touches on approved answers, with what they make of an entry."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from binome.assistant import speaking, touches
from binome.assistant.models import Voice
from binome.assistant.touches import Approved, Manner, Moment
from binome.knowledge import finding
from binome.web.settings.forms import VoiceForm
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.workspaces.models import Role, Workspace


@dataclass(frozen=True)
class Sample:
    """An approved answer as it would be written in a letter to Camille, in the evening."""

    language: str
    text: str


@require_http_methods(["GET", "POST"])
@workspace_view(Role.MANAGER)
def voice(request: WorkspaceRequest) -> HttpResponse:
    """Choose the touches."""
    form = VoiceForm(request.POST or None, workspace=request.workspace)
    if form.is_valid():
        speaking.choose(request.workspace, form.chosen(), by=request.membership)
        toasts.show(request, _("Saved."))
        return redirect("settings:voice", request.workspace.slug)
    samples = _samples(request.workspace, speaking.voice_of(request.workspace))
    return render(request, "settings/voice.html", {"form": form, "samples": samples})


def _samples(workspace: Workspace, voice: Voice) -> list[Sample]:
    return [sample for language in ("fr", "en") if (sample := _sample(workspace, voice, language))]


def _sample(workspace: Workspace, voice: Voice, language: str) -> Sample | None:
    entries = finding.quotable(workspace.pk).filter(language=language)
    source = entries.exclude(familiar="").order_by("pk").first() or entries.order_by("pk").first()
    if source is None:
        return None
    signature = voice.signature_fr if language == "fr" else voice.signature_en
    manner = Manner(
        voice.greets, voice.names, voice.by_hour, voice.address, signature, voice.links, tuple(voice.products)
    )
    said = " ".join(["tu", *voice.products[:1]])
    with translation.override(language):
        worded = touches.worded(
            Approved(source.answer, source.familiar, source.url), manner, Moment("Camille", said, 19, language, True)
        )
    return Sample(language, worded.text)
