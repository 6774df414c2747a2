"""Where the inbox stands in the rail, and how many conversations wait there."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from binome.inbox import selectors as inbox
from binome.web.ui.navigation import Entry, Waiting
from binome.workspaces.models import Membership, Workspace


def waiting(workspace: Workspace, membership: Membership) -> Waiting:
    return Waiting(inbox.waiting_for(workspace, membership.user))


ENTRIES = [
    Entry(
        key="inbox",
        title=_("Inbox"),
        order=10,
        address="inbox:list",
        icon="inbox",
        letter="I",
        count=waiting,
        short=pgettext_lazy("short", "Inbox"),
    ),
]
