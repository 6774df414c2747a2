"""The command `binome forget`: a member of the community is forgotten, with all that they wrote."""

import click

from binome.console.lines import Unreadable
from binome.console.words import _
from binome.members import services as members
from binome.members.models import Member
from binome.members.selectors import known_as


@click.command()
@click.argument("name", default="")
@click.option(
    "--member", "number", type=click.IntRange(min=1), help=_("The member by number, where several have the name")
)
@click.option("--yes", is_flag=True, help=_("Do not ask again"))
def forget(name: str, number: int | None, yes: bool) -> None:
    """Forget a member by handle, address or name: it cannot be undone."""
    member = _member(name, number)
    if not yes:
        says = _("Forget {member} ({community}), and all that they wrote?")
        click.confirm(says.format(member=member, community=member.workspace), abort=True)
    members.erase(member, actor="console")
    click.echo(_("Forgotten. What they wrote is removed as soon as a worker runs."))


def _member(name: str, number: int | None) -> Member:
    """The only one meant; Unreadable when there is none, or more than one."""
    found = Member.objects.filter(pk=number) if number else known_as(name)
    if not found:
        raise Unreadable(_("There is no member “{name}”.").format(name=name or number or ""))
    if len(found) > 1:
        listed = ", ".join(f"{one.pk} ({one}, {one.workspace})" for one in found)
        raise Unreadable(
            _("Several members have this name; choose one with --member: {members}.").format(members=listed)
        )
    return found[0]
