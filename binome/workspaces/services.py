"""What may be done with workspaces and their teams."""

from datetime import timedelta
from secrets import token_urlsafe
from zoneinfo import available_timezones

from django.db import connection, transaction
from django.utils.text import slugify

from binome.accounts import first_run
from binome.accounts import services as accounts
from binome.accounts.models import User
from binome.journal import services as journal
from binome.kit import clock
from binome.kit.text import clean, squeeze
from binome.workspaces import facts
from binome.workspaces.models import Invitation, Membership, Role, Workspace
from binome.workspaces.selectors import digest_of, invitation_with

INVITATION_LASTS = timedelta(days=7)
_FIRST_RUN = 0x62696E6E


class LastOwner(ValueError):
    """A workspace keeps at least one owner: make somebody else an owner first."""


class AlreadyInTheTeam(ValueError):
    """This person is already in the team."""


class InvitationClosed(LookupError):
    """This invitation has been used, revoked, or has expired: ask for a new one."""


class AboveYourRole(PermissionError):
    """Only an owner may do this to an owner, or make somebody an owner."""


class NotAZone(ValueError):
    """This time zone does not exist."""


@transaction.atomic
def found_house(
    *, token: str, email: str, name: str, password: str, workspace: str, language: str, time_zone: str
) -> Membership:
    """The first run: an owner and their workspace, made once even if two people hold the token."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FIRST_RUN])
    first_run.check(token)
    owner = accounts.create_user(email=email, name=name, password=password, language=language)
    membership = create_workspace(workspace, owner=owner, language=language, time_zone=time_zone)
    transaction.on_commit(first_run.close)
    return membership


def may_create(user: User) -> bool:
    """Owners of a workspace may open others; everybody else comes into one."""
    return Membership.objects.filter(user=user, role=Role.OWNER).exists()


@transaction.atomic
def create_workspace(name: str, *, owner: User, language: str = "fr", time_zone: str = "Europe/Paris") -> Membership:
    """A new tenant, with its first owner."""
    name = squeeze(clean(name))
    _check_zone(time_zone)
    workspace = Workspace.objects.create(name=name, slug=_free_slug(name), language=language, time_zone=time_zone)
    journal.record(facts.WorkspaceCreated(workspace.pk), workspace_id=workspace.pk, actor=f"user:{owner.pk}")
    return _join(workspace, owner, Role.OWNER)


@transaction.atomic
def change_workspace(workspace: Workspace, *, by: User, name: str, language: str, time_zone: str) -> Workspace:
    """Its name, main language and time zone; the address stays, so that links go on working."""
    _check_zone(time_zone)
    wanted = {"name": squeeze(clean(name)), "language": language, "time_zone": time_zone}
    changed = [field for field, value in wanted.items() if getattr(workspace, field) != value]
    for field in changed:
        setattr(workspace, field, wanted[field])
    if changed:
        workspace.save(update_fields=changed)
        fact = facts.WorkspaceChanged(workspace.pk, changed)
        journal.record(fact, workspace_id=workspace.pk, actor=f"user:{by.pk}")
    return workspace


@transaction.atomic
def invite(workspace: Workspace, *, email: str, role: Role, by: Membership) -> tuple[Invitation, str]:
    """Keep a place for somebody; the invitation, and the token of its link (shown once, kept only as a digest).

    Inviting the same address again replaces the former link.
    """
    email = email.strip().lower()
    _check_reach(by, role)
    if Membership.objects.filter(workspace=workspace, user__email=email).exists():
        raise AlreadyInTheTeam(AlreadyInTheTeam.__doc__)
    Invitation.objects.filter(workspace=workspace, email=email, accepted_at=None).delete()
    token = token_urlsafe(24)
    invitation = Invitation.objects.create(
        workspace=workspace, email=email, role=role, invited_by=by.user,
        token_digest=digest_of(token), expires_at=clock.now() + INVITATION_LASTS,
    )  # fmt: skip
    fact = facts.MemberInvited(invitation.pk, str(role))
    journal.record(fact, workspace_id=workspace.pk, actor=f"user:{by.user_id}")
    return invitation, token


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: Membership) -> None:
    """Its link stops working at once."""
    _check_reach(by, Role(invitation.role))
    fact = facts.InvitationRevoked(invitation.pk)
    journal.record(fact, workspace_id=invitation.workspace_id, actor=f"user:{by.user_id}")
    invitation.delete()


@transaction.atomic
def accept_invitation(token: str, *, user: User) -> Membership:
    """Take the place that was kept, once; `InvitationClosed` if the link opens nothing any more."""
    invitation = invitation_with(token)
    if invitation is None or not Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(
        accepted_at=clock.now()
    ):
        raise InvitationClosed(InvitationClosed.__doc__)
    already = Membership.objects.filter(workspace=invitation.workspace, user=user).select_related("workspace").first()
    return already or _join(invitation.workspace, user, Role(invitation.role))


@transaction.atomic
def come_in(token: str, *, name: str, password: str, language: str = "") -> Membership:
    """Accept an invitation as somebody who has no account yet: the account is made for the address invited."""
    invitation = invitation_with(token)
    if invitation is None:
        raise InvitationClosed(InvitationClosed.__doc__)
    user = accounts.create_user(email=invitation.email, name=name, password=password, language=language)
    return accept_invitation(token, user=user)


@transaction.atomic
def change_role(membership: Membership, role: Role, *, by: Membership) -> Membership:
    """Give somebody another role."""
    before = Role(membership.role)
    if before == role:
        return membership
    _check_reach(by, before, role)
    if before == Role.OWNER:
        _check_not_last_owner(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    fact = facts.RoleChanged(membership.user_id, str(before), str(role))
    journal.record(fact, workspace_id=membership.workspace_id, actor=f"user:{by.user_id}")
    return membership


@transaction.atomic
def remove_member(membership: Membership, *, by: Membership) -> None:
    """Somebody leaves the team, by themselves or removed; what they did stays."""
    if membership.pk != by.pk:
        _check_reach(by, Role(membership.role))
    if membership.role == Role.OWNER:
        _check_not_last_owner(membership)
    fact = facts.MemberLeft(membership.user_id)
    journal.record(fact, workspace_id=membership.workspace_id, actor=f"user:{by.user_id}")
    membership.delete()


def _join(workspace: Workspace, user: User, role: Role) -> Membership:
    membership = Membership.objects.create(workspace=workspace, user=user, role=role)
    fact = facts.MemberJoined(user.pk, str(role))
    journal.record(fact, workspace_id=workspace.pk, actor=f"user:{user.pk}")
    return membership


def _check_reach(by: Membership, *roles: Role) -> None:
    """Managers run the team, but owners alone make and unmake owners."""
    needed = Role.OWNER if Role.OWNER in roles else Role.MANAGER
    if not by.may(needed):
        raise AboveYourRole(AboveYourRole.__doc__)


def _check_not_last_owner(membership: Membership) -> None:
    """Owners are locked, so that two who leave at once do not both think that the other stays."""
    owners = Membership.objects.select_for_update().filter(workspace=membership.workspace_id, role=Role.OWNER)
    if not [one for one in owners.order_by("pk") if one.pk != membership.pk]:
        raise LastOwner(LastOwner.__doc__)


def _check_zone(name: str) -> None:
    if name not in available_timezones():
        raise NotAZone(NotAZone.__doc__)


def _free_slug(name: str) -> str:
    base = slugify(name)[:50] or "equipe"
    taken = set(Workspace.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if slug not in taken)
