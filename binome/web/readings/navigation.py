"""Where the readings stand in the rail."""

from django.utils.translation import gettext_lazy as _

from binome.web.ui.navigation import Entry

ENTRIES = [
    Entry(key="readings", title=_("Readings"), order=45, group=2, address="readings:page", icon="measures", letter="L")
]
