"""Where knowledge stands in the rail, and how many questions have no answer."""

from django.utils.translation import gettext_lazy as _

from binome.knowledge import selectors as knowledge
from binome.web.ui.navigation import Entry, Waiting
from binome.workspaces.models import Membership, Workspace


def waiting(workspace: Workspace, _membership: Membership) -> Waiting:
    return Waiting(knowledge.groups_unanswered(workspace))


ENTRIES = [
    Entry(
        key="knowledge", title=_("Knowledge"), order=30, group=2, address="knowledge:list", icon="knowledge",
        letter="F", count=waiting,
    )
]  # fmt: skip
