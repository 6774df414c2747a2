"""The team's page, invitations, roles."""

import pytest
from django.core import mail
from django.test import Client

from binome.workspaces.models import Invitation, Membership
from tests.integration.web.houses import PASSWORD, house, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def alpha(db):
    return house("alpha")


@pytest.fixture
def owner(alpha):
    client = Client()
    client.force_login(alpha.owner)
    return client


def _invite(client, email="lou@example.org", role="operator"):
    return client.post("/w/alpha/team/invite/", {"email": email, "role": role})


def test_an_invitation_shows_its_link_once(owner):
    link = _invite(owner).context["link"]
    assert "/invitation/" in link
    assert link not in owner.get("/w/alpha/team/").content.decode()


def test_the_link_of_an_invitation_lets_somebody_in_with_the_role_given(owner):
    path = "/" + _invite(owner).context["link"].split("/", 3)[3]
    newcomer = Client()
    answer = newcomer.post(path, {"name": "Lou Vélo", "password": PASSWORD})
    joined = Membership.objects.get(user__email="lou@example.org")
    assert (answer.url.startswith("/w/alpha/"), joined.role, joined.user.name) == (True, "operator", "Lou Vélo")


def test_an_invitation_serves_once(owner):
    path = "/" + _invite(owner).context["link"].split("/", 3)[3]
    Client().post(path, {"name": "Lou", "password": PASSWORD})
    assert Client().get(path).status_code == 410


def test_who_has_an_account_signs_in_then_joins(owner):
    path = "/" + _invite(owner).context["link"].split("/", 3)[3]
    lou = person("lou@example.org")
    visitor = Client()
    assert "Vous avez déjà un compte" in visitor.get(path).content.decode()
    visitor.force_login(lou)
    visitor.post(path)
    assert Membership.objects.filter(user=lou, workspace__slug="alpha").count() == 1


def test_a_revoked_invitation_no_longer_opens(owner):
    path = "/" + _invite(owner).context["link"].split("/", 3)[3]
    invitation = Invitation.objects.get()
    owner.post(f"/w/alpha/team/invitations/{invitation.pk}/revoke/")
    assert (Client().get(path).status_code, Invitation.objects.count()) == (410, 0)


def test_a_renewed_invitation_closes_the_former_link(owner):
    former = "/" + _invite(owner).context["link"].split("/", 3)[3]
    answer = owner.post(f"/w/alpha/team/invitations/{Invitation.objects.get().pk}/renew/")
    assert Client().get(former).status_code == 410
    assert Client().get("/" + answer.context["link"].split("/", 3)[3]).status_code == 200


def test_the_invitation_is_mailed_where_the_installation_sends_mail(owner, settings):
    settings.SENDS_MAIL = True
    link = _invite(owner).context["link"]
    assert [(one.to, link in one.body) for one in mail.outbox] == [(["lou@example.org"], True)]


def test_a_manager_cannot_invite_an_owner(alpha):
    manager = Client()
    manager.force_login(alpha.people["manager"])
    assert (_invite(manager, role="owner").status_code, Invitation.objects.count()) == (422, 0)


def test_the_last_owner_cannot_leave_and_is_told_why(alpha, owner):
    mine = Membership.objects.get(user=alpha.owner)
    answer = owner.post(f"/w/alpha/team/members/{mine.pk}/remove/", follow=True)
    assert "garde au moins un propriétaire" in answer.content.decode()
    assert Membership.objects.filter(pk=mine.pk).exists()


def test_removing_somebody_asks_first(alpha, owner):
    operator = Membership.objects.get(user=alpha.people["operator"])
    answer = owner.get(f"/w/alpha/team/members/{operator.pk}/remove/")
    assert (answer.status_code, Membership.objects.filter(pk=operator.pk).exists()) == (200, True)


def test_somebody_removed_loses_the_door_at_once(alpha, owner):
    operator = Client()
    operator.force_login(alpha.people["operator"])
    assert operator.get("/w/alpha/team/").status_code == 200
    owner.post(f"/w/alpha/team/members/{Membership.objects.get(user=alpha.people['operator']).pk}/remove/")
    assert operator.get("/w/alpha/team/").status_code == 404
