"""The team: everybody sees it, managers and owners change it."""

from django.conf import settings
from django.core.mail import send_mail
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from binome.kit import clock
from binome.web.team.forms import ROLES, Invite, roles_given_by
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.web.ui.sentences import sentence_for
from binome.workspaces import services as workspaces
from binome.workspaces.models import Invitation, Membership, Role
from binome.workspaces.selectors import open_invitations, team

Refusal = (workspaces.AboveYourRole, workspaces.LastOwner, workspaces.AlreadyInTheTeam)


@require_safe
@workspace_view()
def people(request: WorkspaceRequest) -> HttpResponse:
    """Who works here."""
    return _page(request, _new_form(request))


@require_POST
@workspace_view(Role.MANAGER)
def invite(request: WorkspaceRequest) -> HttpResponse:
    """Invite an address; the link is shown once, and sent if this installation sends mail."""
    form = Invite(request.POST, by=request.membership)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        return _invited(request, form.cleaned_data["email"], Role(form.cleaned_data["role"]))
    except Refusal as refusal:
        form.add_error(None, sentence_for(refusal))
        return _page(request, form, status=422)


@require_POST
@workspace_view(Role.MANAGER)
def renew(request: WorkspaceRequest, invitation: int) -> HttpResponse:
    """A new link for the same person; the former one stops working."""
    found = _invitation(request, invitation)
    try:
        return _invited(request, found.email, Role(found.role))
    except Refusal as refusal:
        return _refused(request, refusal)


@require_http_methods(["GET", "POST"])
@workspace_view(Role.MANAGER)
def revoke(request: WorkspaceRequest, invitation: int) -> HttpResponse:
    """Ask, then close the link."""
    found = _invitation(request, invitation)
    if request.method == "GET":
        title = _("Revoke the invitation of {email}?").format(email=found.email)
        return _ask(request, title, _("The link stops working at once."), _("Revoke"))
    try:
        workspaces.revoke_invitation(found, by=request.membership)
    except Refusal as refusal:
        return _refused(request, refusal)
    toasts.show(request, _("Invitation revoked."))
    return _back(request)


@require_POST
@workspace_view(Role.MANAGER)
def role(request: WorkspaceRequest, membership: int) -> HttpResponse:
    """Give somebody another role."""
    member, wanted = _member(request, membership), request.POST.get("role", "")
    if wanted not in Role.values:
        return _back(request)
    try:
        changed = workspaces.change_role(member, Role(wanted), by=request.membership)
    except Refusal as refusal:
        return _refused(request, refusal)
    toasts.show(request, _("{name} is now {role}.").format(name=changed.user, role=Role(changed.role).label))
    return _back(request)


@require_http_methods(["GET", "POST"])
@workspace_view()
def remove(request: WorkspaceRequest, membership: int) -> HttpResponse:
    """Ask, then let somebody go; anybody may leave, managers may remove others."""
    member = _member(request, membership)
    leaving = member.pk == request.membership.pk
    if request.method == "GET":
        return _ask_to_remove(request, member, leaving)
    try:
        workspaces.remove_member(member, by=request.membership)
    except Refusal as refusal:
        return _refused(request, refusal)
    if leaving:
        request.session.pop("workspace", None)
        toasts.show(request, _("You have left {workspace}.").format(workspace=request.workspace))
        return redirect("workspaces:choose")
    toasts.show(request, _("{name} is no longer in the team.").format(name=member.user))
    return _back(request)


def _page(request: WorkspaceRequest, form: Invite, status: int = 200, link: str = "", email: str = "") -> HttpResponse:
    manages = request.membership.may(Role.MANAGER)
    content = {
        "people": [(one, _may_change(request.membership, one)) for one in team(request.workspace)],
        "invitations": open_invitations(request.workspace) if manages else [],
        "roles": roles_given_by(request.membership),
        "meanings": [(role.label, words) for role, words in ROLES.items()],
        "form": form, "manages": manages, "link": link, "invited": email, "now": clock.now(),
    }  # fmt: skip
    return render(request, "team/people.html", content, status=status)


def _new_form(request: WorkspaceRequest) -> Invite:
    return Invite(by=request.membership, initial={"role": Role.OPERATOR})


def _may_change(by: Membership, member: Membership) -> bool:
    return by.may(Role.OWNER if member.role == Role.OWNER else Role.MANAGER)


def _invited(request: WorkspaceRequest, email: str, role: Role) -> HttpResponse:
    _invitation, token = workspaces.invite(request.workspace, email=email, role=role, by=request.membership)
    link = settings.PUBLIC_URL + reverse("workspaces:invitation", args=[token])
    if settings.SENDS_MAIL:
        _send(request, email, link)
    return _page(request, _new_form(request), link=link, email=email)


def _send(request: WorkspaceRequest, email: str, link: str) -> None:
    words = {"workspace": request.workspace, "by": request.user, "link": link}
    subject = _("{name} invites you to join {workspace}").format(name=request.user, workspace=request.workspace)
    send_mail(subject, render_to_string("team/invitation_mail.txt", words), None, [email])


def _ask_to_remove(request: WorkspaceRequest, member: Membership, leaving: bool) -> HttpResponse:
    if leaving:
        title = _("Leave {workspace}?").format(workspace=request.workspace)
        return _ask(request, title, _("You will need a new invitation to come back."), _("Leave"))
    title = _("Remove {name} from the team?").format(name=member.user)
    return _ask(request, title, _("What {name} wrote and decided stays.").format(name=member.user), _("Remove"))


def _ask(request: WorkspaceRequest, title: str, what: str, act: str) -> HttpResponse:
    back = reverse("team:people", args=[request.workspace.slug])
    return render(request, "ui/ask.html", {"title": title, "what": what, "act": act, "back": back})


def _refused(request: WorkspaceRequest, refusal: Exception) -> HttpResponse:
    toasts.show(request, sentence_for(refusal), tone="alarm")
    return _back(request)


def _back(request: WorkspaceRequest) -> HttpResponse:
    return redirect("team:people", request.workspace.slug)


def _invitation(request: WorkspaceRequest, pk: int) -> Invitation:
    return get_object_or_404(open_invitations(request.workspace), pk=pk)


def _member(request: WorkspaceRequest, pk: int) -> Membership:
    return get_object_or_404(Membership.objects.select_related("user", "workspace"), pk=pk, workspace=request.workspace)
