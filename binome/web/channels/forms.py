"""A channel's settings as a form, made from its connector's manifest. Secrets go in and never come out."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from binome.channels.models import Channel
from binome.channels.services import Ages
from binome.sdk.manifest import Manifest, Setting

AGES = ("alone_within_hours", "quiet_after_days")
"""How old a message may be: settings of every channel, whatever its connector."""

LONG = 50
"""Characters of a default from which a setting is given several lines."""


class ChannelForm(forms.Form):
    """The channel's name, then one field for each setting that a person enters."""

    channel_name = forms.CharField(label=_("Name"), max_length=120)
    alone_within_hours = forms.IntegerField(
        label=_("Answered alone only within (hours)"), min_value=1, max_value=24 * 365, required=False
    )
    quiet_after_days = forms.IntegerField(
        label=_("Entered quietly when older than (days)"), min_value=1, max_value=3650, required=False
    )

    def __init__(self, data: Any, *, manifest: Manifest, channel: Channel | None = None) -> None:
        before: Mapping[str, Any] = channel.settings if channel else {}
        name = channel.name if channel else in_words(manifest.name)
        known = channel or Channel()
        super().__init__(data, initial={"channel_name": name, **{age: getattr(known, age) for age in AGES}})
        self.settings = [setting for setting in manifest.settings if not setting.generated]
        for setting in self.settings:
            self.fields[_key(setting)] = _field(setting, before.get(setting.name, setting.default), channel is not None)

    def values(self) -> dict[str, str]:
        """What was entered, by setting; a flag that is off says nothing."""
        given = {setting.name: self.cleaned_data[_key(setting)] for setting in self.settings}
        return {
            name: "true" if value is True else "" if value in (False, None) else str(value)
            for name, value in given.items()
        }

    def ages(self) -> Ages:
        """How old a message may be; what was left empty stays as it was."""
        return Ages(*(self.cleaned_data[age] or self.initial[age] for age in AGES))

    @property
    def has_secrets(self) -> bool:
        return any(setting.kind == "secret" for setting in self.settings)

    def rows(self) -> list[tuple[forms.BoundField, str]]:
        """The fields with their help."""
        own = [(self[_key(one)], in_words(one.help)) for one in self.settings]
        return [(self["channel_name"], ""), *own, *((self[age], str(_HELP[age])) for age in AGES)]


_HELP = {
    "alone_within_hours": _("A message sent longer ago goes to a person: an answer that comes too late is no answer."),
    "quiet_after_days": _(
        "Messages that are already older than this when they are read (the past of a mailbox) are kept and can be "
        "found, but nobody is told of them and nothing is answered."
    ),
}


def in_words(said: Mapping[str, str]) -> str:
    """A manifest's sentence in the reader's language; English when it has none."""
    return said.get((get_language() or "en")[:2], said.get("en", ""))


def _key(setting: Setting) -> str:
    return f"set-{setting.name}"


def _field(setting: Setting, value: Any, exists: bool) -> forms.Field:
    options: dict[str, Any] = {"label": in_words(setting.label), "required": setting.required, "initial": value}
    match setting.kind:
        case "secret":
            widget = forms.PasswordInput({"autocomplete": "new-password"}, render_value=False)
            return forms.CharField(
                **{**options, "initial": None, "required": setting.required and not exists}, widget=widget
            )
        case "flag":
            return forms.BooleanField(**{**options, "required": False, "initial": value in (True, "true", "on", "1")})
        case "number":
            return forms.IntegerField(**options, min_value=0)
        case "email":
            return forms.EmailField(**options)
        case "choice":
            return forms.ChoiceField(**options, choices=[(one.value, in_words(one.label)) for one in setting.choices])
        case "colour":
            colour = RegexValidator(r"^#[0-9a-fA-F]{6}$")
            return forms.CharField(**options, validators=[colour], widget=forms.TextInput({"type": "color"}))
    long = len(setting.default) > LONG
    return forms.CharField(
        **options, max_length=2000, widget=forms.Textarea({"rows": 3}) if long else forms.TextInput()
    )
