from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from binome.assistant import speaking
from binome.assistant.models import Address
from binome.assistant.speaking import Chosen
from binome.llm.providers import PROVIDERS
from binome.workspaces.language_models import Choice
from binome.workspaces.models import LanguageModel, Workspace


class WorkspaceSettings(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(label=_("Main language"), choices=[("fr", "Français"), ("en", "English")])
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=[(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]
    )


class VoiceForm(forms.Form):
    """The closed list of touches on approved answers."""

    greets = forms.BooleanField(label=_("Begin letters with a greeting"), required=False)
    names = forms.BooleanField(label=_("Greet by name, where the name looks like one"), required=False)
    by_hour = forms.BooleanField(label=_("Good morning, hello, good evening: by the hour"), required=False)
    address = forms.ChoiceField(label=_("Everywhere"))
    signature_fr = forms.CharField(label=_("Signature in French"), max_length=200, required=False)
    signature_en = forms.CharField(label=_("Signature in English"), max_length=200, required=False)
    links = forms.BooleanField(label=_("Give the address of the entry’s page in letters"), required=False)
    products = forms.CharField(
        label=_("Names of products"), required=False, max_length=20_000, widget=forms.Textarea({"rows": 4})
    )

    def __init__(self, data: Any, *, workspace: Workspace) -> None:
        voice, apart = speaking.voice_of(workspace), speaking.addresses_of(workspace)
        names = ("greets", "names", "by_hour", "address", "signature_fr", "signature_en", "links")
        initial = {name: getattr(voice, name) for name in names} | {"products": "\n".join(voice.products)}
        super().__init__(data, initial=initial)
        ways = _capitals(Address.choices)
        self.fields["address"].choices = ways  # type: ignore[attr-defined]
        self.channels = list(workspace.channels.exclude(state="disconnected").order_by("name"))
        for channel in self.channels:
            self.fields[f"address_{channel.pk}"] = forms.ChoiceField(
                label=channel.name,
                choices=[("", _("As everywhere")), *ways],
                required=False,
                initial=apart.get(channel.pk, ""),
            )

    def of_channels(self) -> list[forms.BoundField]:
        return [self[f"address_{channel.pk}"] for channel in self.channels]

    def chosen(self) -> Chosen:
        """What was chosen, as services take it."""
        own = {channel.pk: self.cleaned_data[f"address_{channel.pk}"] for channel in self.channels}
        values = {name: self.cleaned_data[name] for name in self.base_fields if name != "products"}
        products = self.cleaned_data["products"].splitlines()
        return Chosen(**values, products=products, channels={pk: how for pk, how in own.items() if how})


class LanguageModelForm(forms.Form):
    """Which model is asked, and how far. The key goes in and never comes out."""

    provider = forms.ChoiceField(
        label=_("Provider"),
        choices=[(key, one.name or _("A server that speaks like OpenAI’s")) for key, one in PROVIDERS.items()],
    )
    address = forms.URLField(
        label=_("Address of the server"), required=False, max_length=300, assume_scheme="https",
        widget=forms.URLInput({"placeholder": "https://llm.example.org/v1"}),
    )  # fmt: skip
    private_networks = forms.BooleanField(
        label=_("The server is in a private network, or on this machine"), required=False
    )
    name = forms.CharField(label=_("Model"), max_length=120)
    key = forms.CharField(
        label=_("Key"), required=False, max_length=400, strip=True,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )  # fmt: skip
    monthly_tokens = forms.IntegerField(label=_("Tokens a month at most"), min_value=1_000, max_value=10**12)
    monthly_money = forms.DecimalField(
        label=_("Money a month at most"), required=False, min_value=0, max_digits=10, decimal_places=2
    )
    price_read = forms.DecimalField(
        label=_("Price of a million tokens read"), required=False, min_value=0, max_digits=12, decimal_places=4
    )
    price_written = forms.DecimalField(
        label=_("Price of a million tokens written"), required=False, min_value=0, max_digits=12, decimal_places=4
    )
    drafts = forms.ChoiceField(label=_("Drafts"), choices=LanguageModel.Drafts.choices, widget=forms.RadioSelect)
    readings = forms.BooleanField(
        label=_("Ask it too about messages of which the local readings are unsure"), required=False
    )

    def __init__(self, data: Any, *, model: LanguageModel | None) -> None:
        names = [name for name in self.base_fields if name != "key"]
        kept = model or LanguageModel(provider="mistral", name="mistral-small-latest")
        super().__init__(data, initial={name: getattr(kept, name) for name in names})
        self.fields["drafts"].choices = _capitals(LanguageModel.Drafts.choices)  # type: ignore[attr-defined]

    def choice(self) -> Choice:
        """What was chosen; a key left empty stays as it was."""
        values = {name: self.cleaned_data[name] for name in self.base_fields if name != "key"}
        return Choice(**values, key=self.cleaned_data["key"] or None)


def _capitals(choices: Sequence[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Choices as a form says them: with a capital."""
    return [(value, capfirst(str(label))) for value, label in choices]
