from django.utils.translation import gettext_lazy as _

from binome.web.ui.navigation import Entry

ENTRIES = [Entry(key="team", title=_("Team"), order=80, group=2, address="team:people", icon="team", letter="T")]
