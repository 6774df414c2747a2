from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from binome.workspaces.models import Membership, Role

ROLES = {
    Role.OWNER: _("Everything, and who owns the workspace."),
    Role.MANAGER: _("The team, the channels, the knowledge, how far the AI may go."),
    Role.OPERATOR: _("Reads, answers, decides."),
    Role.VIEWER: _("Reads, changes nothing."),
}
"""What each role may do, in a few words."""


class Invite(forms.Form):
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles_given_by(by)  # type: ignore[attr-defined]


def roles_given_by(membership: Membership) -> list[tuple[str, Any]]:
    """Owners alone make owners."""
    return [(role.value, role.label) for role in reversed(Role) if role != Role.OWNER or membership.may(Role.OWNER)]
