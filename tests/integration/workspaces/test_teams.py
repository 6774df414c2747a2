"""Who may do what to a team, and the facts that tell of it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from binome.journal.models import Entry
from binome.kit import clock
from binome.workspaces import services as workspaces
from binome.workspaces.models import Membership, Role
from binome.workspaces.selectors import invitation_with
from tests.integration.web.houses import house, person


@pytest.fixture
def alpha(db):
    return house("alpha")


def _place(made, role):
    return Membership.objects.select_related("user", "workspace").get(user=made.people[role])


def test_two_workspaces_of_one_name_have_two_addresses(alpha):
    again = workspaces.create_workspace("Alpha", owner=alpha.owner)
    assert again.workspace.slug == "alpha-2"


def test_a_name_without_latin_letters_still_gets_an_address(alpha):
    assert workspaces.create_workspace("自転車", owner=alpha.owner).workspace.slug == "equipe"


def test_an_invitation_no_longer_opens_after_seven_days(alpha):
    _invitation, token = workspaces.invite(
        alpha.workspace, email="lou@example.org", role=Role.VIEWER, by=_place(alpha, "owner")
    )
    with clock.stopped_at(clock.now() + timedelta(days=7, seconds=1)):
        assert invitation_with(token) is None
        with pytest.raises(workspaces.InvitationClosed):
            workspaces.accept_invitation(token, user=person("lou@example.org"))


def test_the_token_itself_is_not_kept(alpha):
    invitation, token = workspaces.invite(
        alpha.workspace, email="lou@example.org", role=Role.VIEWER, by=_place(alpha, "owner")
    )
    assert token not in repr(vars(invitation))


def test_somebody_of_the_team_is_not_invited_again(alpha):
    with pytest.raises(workspaces.AlreadyInTheTeam):
        workspaces.invite(alpha.workspace, email="Viewer@Alpha.example", role=Role.MANAGER, by=_place(alpha, "owner"))
    assert alpha.workspace.invitations.count() == 0


@pytest.mark.parametrize("role", ["manager", "operator", "viewer"])
def test_only_an_owner_touches_an_owner(alpha, role):
    with pytest.raises(workspaces.AboveYourRole):
        workspaces.remove_member(_place(alpha, "owner"), by=_place(alpha, role))
    with pytest.raises(workspaces.AboveYourRole):
        workspaces.change_role(_place(alpha, "operator"), Role.OWNER, by=_place(alpha, role))
    assert Membership.objects.filter(workspace=alpha.workspace).count() == 4


def test_the_last_owner_keeps_the_role(alpha):
    owner = _place(alpha, "owner")
    with pytest.raises(workspaces.LastOwner):
        workspaces.change_role(owner, Role.MANAGER, by=owner)
    with pytest.raises(workspaces.LastOwner):
        workspaces.remove_member(owner, by=owner)
    assert _place(alpha, "owner").role == Role.OWNER


def test_an_owner_leaves_when_another_stays(alpha):
    owner = _place(alpha, "owner")
    workspaces.change_role(_place(alpha, "manager"), Role.OWNER, by=owner)
    workspaces.remove_member(owner, by=owner)
    assert not Membership.objects.filter(pk=owner.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_leave_at_once_do_not_leave_the_workspace_to_nobody():
    made = house("alpha")
    workspaces.change_role(_place(made, "manager"), Role.OWNER, by=_place(made, "owner"))
    places = [_place(made, "owner"), _place(made, "manager")]
    start, refused = threading.Barrier(2), []

    def leave(place):
        start.wait()
        try:
            workspaces.remove_member(place, by=place)
        except workspaces.LastOwner:
            refused.append(place.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=[place]) for place in places]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert (len(refused), Membership.objects.filter(workspace=made.workspace, role=Role.OWNER).count()) == (1, 1)


def test_what_happens_to_a_team_is_written_in_the_journal(alpha):
    owner = _place(alpha, "owner")
    since = Entry.objects.order_by("-pk").values_list("pk", flat=True).first()
    invitation, token = workspaces.invite(alpha.workspace, email="lou@example.org", role=Role.VIEWER, by=owner)
    joined = workspaces.come_in(token, name="Lou", password="une phrase assez longue")
    workspaces.change_role(joined, Role.OPERATOR, by=owner)
    workspaces.remove_member(joined, by=owner)
    facts = (
        Entry.objects.filter(pk__gt=since, workspace_id=alpha.workspace.pk)
        .order_by("pk")
        .values_list("kind", "about", "actor")
    )
    user, me = joined.user_id, f"user:{owner.user_id}"
    assert list(facts) == [
        ("MemberInvited", {"invitation": invitation.pk, "role": "viewer"}, me),
        ("MemberJoined", {"user": user, "role": "viewer"}, f"user:{user}"),
        ("RoleChanged", {"user": user, "before": "viewer", "after": "operator"}, me),
        ("MemberLeft", {"user": user}, me),
    ]


def test_a_fact_holds_no_name_and_no_address(alpha):
    workspaces.invite(alpha.workspace, email="lou@example.org", role=Role.VIEWER, by=_place(alpha, "owner"))
    assert "example" not in repr(list(Entry.objects.values_list("about", flat=True)))
