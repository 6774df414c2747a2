from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _


class WorkspaceSettings(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(label=_("Main language"), choices=[("fr", "Français"), ("en", "English")])
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=[(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]
    )
