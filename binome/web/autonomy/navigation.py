from django.utils.translation import gettext_lazy as _

from binome.web.ui.navigation import Entry

ENTRIES = [
    Entry(key="autonomy", title=_("Autonomy"), order=40, group=2, address="autonomy:lanes", icon="autonomy", letter="A")
]
