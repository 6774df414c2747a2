from django import forms
from django.utils.translation import gettext_lazy as _

from binome.accounts.models import User


class Profile(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("as the browser")), ("fr", "Français"), ("en", "English")]
    )
    theme = forms.ChoiceField(
        label=_("Appearance"), choices=User._meta.get_field("theme").choices or [], widget=forms.RadioSelect
    )
    shortcuts = forms.BooleanField(label=_("One-key shortcuts"), required=False)
