from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class FirstRun(forms.Form):
    """What is needed to begin: who, and for which community."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput)
    workspace = forms.CharField(label=_("Name of the community"), max_length=120)
    language = forms.ChoiceField(label=_("Main language"), choices=[("fr", "Français"), ("en", "English")])
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())],
        initial=settings.TIME_ZONE,
    )
