"""Where channels stand in the rail, and how many messages nobody knows the fate of."""

from django.utils.translation import gettext_lazy as _

from binome.channels import selectors as channels
from binome.web.ui.navigation import Entry, Waiting
from binome.workspaces.models import Membership, Workspace


def waiting(workspace: Workspace, _membership: Membership) -> Waiting:
    return Waiting(channels.unsettled_deliveries(workspace), hot=True)


ENTRIES = [
    Entry(
        key="channels", title=_("Channels"), order=70, group=2, address="channels:list", icon="channels", letter="N",
        count=waiting,
    )
]  # fmt: skip
