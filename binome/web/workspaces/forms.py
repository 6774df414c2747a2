from django import forms
from django.utils.translation import gettext_lazy as _


class NewWorkspace(forms.Form):
    name = forms.CharField(label=_("Name of the community"), max_length=120)


class ComingIn(forms.Form):
    """What somebody who was invited tells of themselves."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput)
