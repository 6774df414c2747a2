"""Where autonomy stands in the rail, and how many lanes closed by themselves unseen."""

from django.utils.translation import gettext_lazy as _

from binome.autonomy import selectors as autonomy
from binome.web.ui.navigation import Entry, Waiting
from binome.workspaces.models import Membership, Workspace


def fallen(workspace: Workspace, _membership: Membership) -> Waiting:
    return Waiting(autonomy.fallen_unseen(workspace), hot=True)


ENTRIES = [
    Entry(
        key="autonomy",
        title=_("Autonomy"),
        order=40,
        group=2,
        address="autonomy:lanes",
        icon="autonomy",
        letter="A",
        count=fallen,
    )
]
