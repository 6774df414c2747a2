"""Who may enter: pages of a workspace open to its team, each from a given role; a stranger learns nothing."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone

from binome.accounts.models import User
from binome.workspaces.models import Membership, Role, Workspace
from binome.workspaces.selectors import membership_of

P = ParamSpec("P")


class WorkspaceRequest(HttpRequest):
    """A request by somebody of the team, inside one workspace."""

    user: User
    workspace: Workspace
    membership: Membership


View = Callable[Concatenate[WorkspaceRequest, P], HttpResponseBase]


def workspace_view(role: Role = Role.VIEWER) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Open a page `/w/<slug>/…` to members with at least *role*; the view gets `request.workspace` and `.membership`."""

    def decorate(view: View[P]) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def entered(request: Any, /, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            _enter(request, slug, role)
            return view(request, *args, **kwargs)

        return entered

    return decorate


def _enter(request: WorkspaceRequest, slug: str, role: Role) -> None:
    membership = membership_of(request.user, slug)
    if membership is None:
        raise Http404
    if not membership.may(role):
        raise PermissionDenied
    request.membership, request.workspace = membership, membership.workspace
    timezone.activate(membership.workspace.time_zone)
    if request.session.get("workspace") != slug:
        request.session["workspace"] = slug
