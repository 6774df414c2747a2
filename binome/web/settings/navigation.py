from django.utils.translation import gettext_lazy as _

from binome.web.ui.navigation import Entry
from binome.workspaces.models import Role

ENTRIES = [
    Entry(
        key="settings", title=_("Settings"), order=90, group=2, address="settings:workspace",
        icon="settings", letter="S", role=Role.MANAGER,
    )
]  # fmt: skip
