"""The first page, the choice of a workspace, and the door that an invitation opens."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from binome.accounts.selectors import anybody, user_with_email
from binome.web.ui import navigation
from binome.web.ui.sentences import sentence_for
from binome.web.workspaces.forms import ComingIn, NewWorkspace
from binome.workspaces import services as workspaces
from binome.workspaces.models import Invitation, Membership
from binome.workspaces.selectors import invitation_with, membership_of, memberships_of

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_safe
def first_page(request: HttpRequest) -> HttpResponse:
    """Where one was last; else the only team; else a choice. Before the first run, how to begin."""
    if not request.user.is_authenticated:
        return redirect("account_login") if anybody() else redirect("welcome:start")
    membership = membership_of(request.user, request.session.get("workspace", ""))
    return _into(request, membership) if membership else redirect("workspaces:choose")


@login_required
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The teams one is in; straight in when there is only one and no choice was asked for."""
    memberships = list(memberships_of(request.user))  # type: ignore[arg-type]
    if len(memberships) == 1 and "workspace" not in request.session:
        return _into(request, memberships[0])
    rows = [(membership, _first_place(request, membership)) for membership in memberships]
    return render(request, "workspaces/choose.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Another community, with its own team: who makes it owns it. Only for owners of one already."""
    form = NewWorkspace(request.POST or None)
    if not workspaces.may_create(request.user):  # type: ignore[arg-type]
        return render(request, "workspaces/choose.html", {"rows": [], "refused": True}, status=403)
    if form.is_valid():
        language = translation.get_language() or settings.LANGUAGE_CODE
        made = workspaces.create_workspace(
            form.cleaned_data["name"],
            owner=request.user,  # type: ignore[arg-type]
            language=language[:2],
            time_zone=settings.TIME_ZONE,
        )
        return _into(request, made)
    return render(request, "workspaces/create.html", {"form": form})


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Come into a team: with the account one has, or by making one."""
    found = invitation_with(token)
    if found is None:
        return render(request, "workspaces/invitation_closed.html", status=410)
    if request.user.is_authenticated:
        return _accept(request, found, token)
    if user_with_email(found.email):
        return render(request, "workspaces/invitation_sign_in.html", {"invitation": found})
    return _come_in(request, found, token)


def _accept(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    if request.method == "POST":
        try:
            return _into(request, workspaces.accept_invitation(token, user=request.user))  # type: ignore[arg-type]
        except workspaces.InvitationClosed:
            return render(request, "workspaces/invitation_closed.html", status=410)
    return render(request, "workspaces/invitation_accept.html", {"invitation": found})


def _come_in(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    form = ComingIn(request.POST or None)
    if form.is_valid():
        try:
            membership = workspaces.come_in(token, **form.cleaned_data, language=translation.get_language() or "")
        except ValidationError as weak:
            form.add_error("password", weak)
        except (workspaces.InvitationClosed, ValueError) as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            login(request, membership.user, backend=_BACKEND)
            return _into(request, membership)
    return render(request, "workspaces/invitation.html", {"invitation": found, "form": form})


def _into(request: HttpRequest, membership: Membership) -> HttpResponse:
    request.session["workspace"] = membership.workspace.slug
    return redirect(_first_place(request, membership))


def _first_place(request: HttpRequest, membership: Membership) -> str:
    """The top of the rail."""
    return navigation.places(request, membership)[0].url
