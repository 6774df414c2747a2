"""Keys for programs."""

from datetime import UTC, datetime, timedelta

import pytest

from binome.journal.models import Entry
from binome.kit import clock
from binome.workspaces import tokens
from binome.workspaces.models import ApiToken, Membership, Role
from tests.integration.web.houses import house

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def team(db):
    return house("alpha")


def place(team, role: str) -> Membership:
    return Membership.objects.get(workspace=team.workspace, user=team.people[role])


def make(team, role: Role = Role.OPERATOR, by: str = "owner") -> tuple[ApiToken, str]:
    return tokens.create_token(team.workspace, name="Robot", role=role, by=place(team, by))


def test_a_key_opens_its_workspace_in_the_name_of_who_made_it(team):
    token, key = make(team)
    bearer = tokens.bearer_of(key)
    assert (bearer.token, bearer.user, bearer.workspace, bearer.role) == (token, team.owner, team.workspace, "operator")


def test_the_key_is_not_kept(team):
    _token, key = make(team)
    assert key.startswith("bnm_")
    assert key not in str(list(ApiToken.objects.values())) + str(list(Entry.objects.values()))


def test_a_revoked_key_opens_nothing(team):
    token, key = make(team)
    tokens.revoke_token(token, by=place(team, "manager"))
    assert tokens.bearer_of(key) is None
    assert Entry.objects.filter(kind="ApiTokenRevoked").count() == 1


@pytest.mark.parametrize(("by", "role"), [("operator", Role.VIEWER), ("viewer", Role.VIEWER)])
def test_only_managers_and_owners_make_keys(team, by, role):
    with pytest.raises(tokens.TokenAboveYou):
        make(team, role, by)
    assert ApiToken.objects.count() == 0


def test_no_key_is_an_owner(team):
    with pytest.raises(tokens.NotForPrograms):
        make(team, Role.OWNER)
    assert ApiToken.objects.count() == 0


def test_a_manager_of_another_workspace_neither_makes_nor_revokes(team):
    token, key = make(team)
    stranger = Membership.objects.get(user=house("beta").owner)
    with pytest.raises(tokens.TokenAboveYou):
        tokens.create_token(team.workspace, name="Robot", role=Role.VIEWER, by=stranger)
    with pytest.raises(tokens.TokenAboveYou):
        tokens.revoke_token(token, by=stranger)
    assert tokens.bearer_of(key).token == token
    assert ApiToken.objects.count() == 1


def test_a_key_follows_its_maker_down(team):
    _token, key = make(team, Role.MANAGER, by="manager")
    Membership.objects.filter(user=team.people["manager"]).update(role=Role.VIEWER)
    assert tokens.bearer_of(key).role == Role.VIEWER


@pytest.mark.parametrize("how", ["left", "inactive"])
def test_a_key_whose_maker_is_gone_opens_nothing(team, how):
    _token, key = make(team, by="manager")
    if how == "left":
        place(team, "manager").delete()
    else:
        team.people["manager"].is_active = False
        team.people["manager"].save()
    assert tokens.bearer_of(key) is None


def test_its_use_is_noted_once_a_minute_at_most(team):
    _token, key = make(team)
    noted = []
    for seconds in (0, 59, 61):
        with clock.stopped_at(NOON + timedelta(seconds=seconds)):
            tokens.bearer_of(key)
        noted.append(ApiToken.objects.get().last_used_at)
    assert noted == [NOON, NOON, NOON + timedelta(seconds=61)]
