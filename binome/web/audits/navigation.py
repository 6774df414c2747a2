"""Where audits stand in the rail, and how many wait."""

from django.utils.translation import gettext_lazy as _

from binome.autonomy import selectors as autonomy
from binome.web.ui.navigation import Entry, Waiting
from binome.workspaces.models import Membership, Workspace


def waiting(workspace: Workspace, _membership: Membership) -> Waiting:
    return Waiting(autonomy.audits_waiting(workspace))


ENTRIES = [
    Entry(key="audits", title=_("Audits"), order=20, address="audits:queue", icon="audits", letter="C", count=waiting)
]
