"""Keys for programs: made once, shown once, kept only as a digest."""

from dataclasses import dataclass
from datetime import timedelta
from secrets import token_urlsafe

from django.db import transaction

from binome.accounts.models import User
from binome.journal import services as journal
from binome.kit import clock
from binome.kit.text import clean, squeeze
from binome.workspaces import facts
from binome.workspaces.models import ApiToken, Membership, Role, Workspace
from binome.workspaces.selectors import digest_of

PREFIX = "bnm_"
"""So that people, and tools that look for leaked secrets, know one when they see it."""

NOTED = timedelta(minutes=1)
"""How often the use of a token is written down, at most."""


class TokenAboveYou(PermissionError):
    """A token may not do more than the person who makes it."""


class NotForPrograms(ValueError):
    """A token is a viewer, an operator or a manager."""


@dataclass(frozen=True)
class Bearer:
    """Who asks by a token: the program, and the person in whose name it acts."""

    token: ApiToken
    user: User
    workspace: Workspace
    role: Role

    def may(self, role: Role) -> bool:
        """Whether both the token and its maker, today, have at least that role."""
        return self.role.rank >= role.rank


@transaction.atomic
def create_token(workspace: Workspace, *, name: str, role: Role, by: Membership) -> tuple[ApiToken, str]:
    """A new key: the row, and the key itself, which nobody can read again."""
    if role == Role.OWNER:
        raise NotForPrograms(NotForPrograms.__doc__)
    if by.workspace_id != workspace.pk or not by.may(Role.MANAGER) or not by.may(role):
        raise TokenAboveYou(TokenAboveYou.__doc__)
    key = PREFIX + token_urlsafe(32)
    token = ApiToken.objects.create(
        workspace=workspace, name=squeeze(clean(name))[:120], role=role, digest=digest_of(key), created_by=by.user
    )
    fact = facts.ApiTokenCreated(token.pk, str(role))
    journal.record(fact, workspace_id=workspace.pk, actor=f"user:{by.user_id}")
    return token, key


@transaction.atomic
def revoke_token(token: ApiToken, *, by: Membership) -> None:
    """The key opens nothing from now on."""
    if by.workspace_id != token.workspace_id or not by.may(Role.MANAGER):
        raise TokenAboveYou(TokenAboveYou.__doc__)
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now()):
        fact = facts.ApiTokenRevoked(token.pk)
        journal.record(fact, workspace_id=token.workspace_id, actor=f"user:{by.user_id}")


def bearer_of(key: str) -> Bearer | None:
    """Who holds this key; None if it was revoked, or if its maker has left the team or may not sign in any more."""
    found = ApiToken.objects.filter(digest=digest_of(key), revoked_at=None, created_by__is_active=True)
    token = found.select_related("workspace", "created_by").first()
    maker = token and Membership.objects.filter(workspace=token.workspace_id, user=token.created_by_id).first()
    if token is None or maker is None:
        return None
    _note_use(token)
    role = min(Role(token.role), Role(maker.role), key=lambda role: role.rank)
    return Bearer(token, token.created_by, token.workspace, role)


def _note_use(token: ApiToken) -> None:
    now = clock.now()
    if token.last_used_at is None or token.last_used_at < now - NOTED:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
