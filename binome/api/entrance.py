"""Who may come in: the holder of an access token, from a given role, at a given pace."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from binome.accounts.models import User
from binome.api.problems import Refused
from binome.kit.pace import Pace
from binome.workspaces import tokens
from binome.workspaces.models import Role, Workspace
from binome.workspaces.tokens import Bearer

PACE = Pace(300, 60)
"""Requests of one token to one web process."""


class ApiRequest(HttpRequest):
    """A request that came in."""

    auth: Bearer


class AccessToken(HttpBearer):
    """`Authorization: Bearer bnm_…` of a token that has at least *role*."""

    def __init__(self, role: Role) -> None:
        super().__init__()
        self._role = role

    def authenticate(self, request: HttpRequest, token: str) -> Bearer | None:
        """Who asks, or None: then nothing of the workspace is told."""
        bearer = tokens.bearer_of(token)
        if bearer is None:
            return None
        PACE.check(str(bearer.token.pk))
        if not bearer.may(self._role):
            raise Refused(403, "role")
        return bearer


VIEWER, OPERATOR, MANAGER = (AccessToken(role) for role in (Role.VIEWER, Role.OPERATOR, Role.MANAGER))


def workspace_of(request: ApiRequest) -> Workspace:
    """The only workspace that this request may see."""
    return request.auth.workspace


def user_of(request: ApiRequest) -> User:
    """The person in whose name the program acts."""
    return request.auth.user
