"""What may be asked of workspaces and their teams."""

from hashlib import sha256

from django.db.models import F, QuerySet

from binome.accounts.models import User
from binome.kit import clock
from binome.workspaces.models import ApiToken, Invitation, Membership, Role, Workspace

_RANKED = {role: str(9 - role.rank) for role in Role}


def membership_of(user: User, slug: str) -> Membership | None:
    """This person's place in that team, with the workspace; None for a stranger, or if there is no such workspace."""
    if not user.is_active:
        return None
    found = Membership.objects.select_related("workspace__language_model", "user")
    return found.filter(user=user, workspace__slug=slug).first()


def memberships_of(user: User) -> QuerySet[Membership]:
    """The teams this person is in, by name."""
    return Membership.objects.filter(user=user).select_related("workspace").order_by("workspace__name", "pk")


def team(workspace: Workspace) -> list[Membership]:
    """Everybody of the team: owners first, then by name."""
    people = Membership.objects.filter(workspace=workspace).select_related("user", "workspace")
    return sorted(people, key=lambda one: (_RANKED[Role(one.role)], str(one.user).casefold()))


def open_invitations(workspace: Workspace) -> QuerySet[Invitation]:
    """Sent, not used; those that have expired are among them, so that they can be renewed."""
    found = Invitation.objects.filter(workspace=workspace, accepted_at=None)
    return found.select_related("invited_by").order_by("-created_at")


def invitation_with(token: str) -> Invitation | None:
    """The invitation that this link opens, if it still does."""
    found = Invitation.objects.filter(token_digest=digest_of(token), accepted_at=None, expires_at__gt=clock.now())
    return found.select_related("workspace", "invited_by").first()


def digest_of(token: str) -> str:
    """What is kept of a link: enough to recognise it, not to make it."""
    return sha256(token.encode()).hexdigest()


def api_tokens(workspace: Workspace) -> QuerySet[ApiToken]:
    """The keys that programs hold, those revoked last."""
    found = ApiToken.objects.filter(workspace=workspace).select_related("created_by")
    return found.order_by(F("revoked_at").desc(nulls_first=True), "-created_at")
