"""`binome forget`: exactly one member is forgotten, and nobody where it is not clear who is meant."""

import pytest
from click.testing import CliRunner

from binome.console.forget import forget
from binome.members.models import Identity, Member
from tests import community

pytestmark = pytest.mark.django_db


def people(*handles: str) -> list[Member]:
    place = community.channel(community.workspace())
    found = [community.conversation(place).member for _handle in handles]
    for member, handle in zip(found, handles, strict=True):
        assert member is not None
        Identity.objects.filter(member=member).update(handle=handle)
    return [member for member in found if member is not None]


def test_the_member_who_is_named_is_forgotten_and_nobody_else():
    mina, zoe = people("mina", "zoe")
    assert CliRunner().invoke(forget, ["MINA", "--yes"]).exit_code == 0
    assert Member.objects.get(pk=mina.pk).name == ""
    assert list(Identity.objects.values_list("member", flat=True)) == [zoe.pk]


@pytest.mark.parametrize("name", ["nobody", "mina", ""])
def test_where_it_is_not_clear_who_is_meant_nobody_is_forgotten(name):
    people("mina", "mina")
    found = CliRunner().invoke(forget, [name, "--yes"])
    assert (found.exit_code, found.output.count("\n")) == (2, 1)
    assert Identity.objects.count() == 2


def test_a_number_chooses_among_several_and_a_no_changes_nothing():
    first, second = people("mina", "mina")
    assert CliRunner().invoke(forget, ["--member", str(second.pk)], input="n\n").exit_code == 1
    assert Identity.objects.count() == 2
    assert CliRunner().invoke(forget, ["--member", str(second.pk)], input="y\n").exit_code == 0
    assert list(Identity.objects.values_list("member", flat=True)) == [first.pk]
