"""An entry as a form; which entries one looks for; a file to read."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from binome.accounts.models import User
from binome.channels.models import Channel
from binome.knowledge import selectors as knowledge
from binome.knowledge.memory import taking
from binome.knowledge.models import Source
from binome.knowledge.selectors import Wanted
from binome.knowledge.services import Writing
from binome.workspaces.models import Workspace

LANGUAGES = [("fr", _("French")), ("en", _("English"))]
STATES = [
    ("", _("In use")), ("soon", _("Expire soon")), ("expired", _("Expired")), ("archived", _("Archived")),
]  # fmt: skip


class EntryForm(forms.Form):
    """What may be said, and by what it is found."""

    question = forms.CharField(label=_("Question"), max_length=500, widget=forms.Textarea({"rows": 2}))
    answer = forms.CharField(label=_("Answer"), max_length=20_000, widget=forms.Textarea({"rows": 6}))
    familiar = forms.CharField(
        label=_("The same, saying “tu” (in French)"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 3}),
    )
    alternatives = forms.CharField(
        label=_("Other ways to ask"), required=False, max_length=20_000, widget=forms.Textarea({"rows": 4})
    )
    details = forms.CharField(
        label=_("More, not sent"), required=False, max_length=50_000, widget=forms.Textarea({"rows": 3})
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    topic = forms.CharField(
        label=_("Topic"),
        required=False,
        max_length=80,
        widget=forms.TextInput({"list": "topics", "autocomplete": "off"}),
    )
    url = forms.URLField(label=_("Address of the page"), required=False, max_length=500, assume_scheme="https")
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Who answers for it"), required=False)
    expires_on = forms.DateField(
        label=_("Valid until"), required=False, input_formats=["%Y-%m-%d"],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    channels = forms.ModelMultipleChoiceField(
        Channel.objects.none(), label=_("Where it may be said"), required=False, widget=forms.CheckboxSelectMultiple
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, workspace: Workspace, source: Source | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = source
        self.fields["owner"].queryset = User.objects.filter(memberships__workspace=workspace).order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["channels"].queryset = workspace.channels.exclude(state="disconnected").order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse to write over what somebody else wrote meanwhile; whoever has been told may."""
        if self.source and self.cleaned_data.get("seen") != self.source.updated_at.isoformat():
            self.data = shown = self.data.copy()  # type: ignore[attr-defined]
            shown["seen"] = self.source.updated_at.isoformat()
            raise ValidationError(
                _(
                    "This entry has changed since you opened it. Nothing was saved; what you wrote is below. "
                    "Saving it again replaces what the entry says now."
                )
            )
        return self.cleaned_data

    def writing(self) -> Writing:
        """The entry as services take it."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        values["alternatives"] = values["alternatives"].splitlines()
        values["channels"] = (*values["channels"], *self._disconnected())
        return Writing(**values)

    def _disconnected(self) -> Sequence[Channel]:
        """Channels that the form does not show stay as they were."""
        return list(self.source.channels.filter(state="disconnected")) if self.source else []


def written(source: Source) -> dict[str, Any]:
    """What the form shows of an entry."""
    names = ("question", "answer", "familiar", "details", "language", "topic", "url", "owner", "expires_on")
    return {
        **{name: getattr(source, name) for name in names},
        "alternatives": "\n".join(source.alternatives),
        "channels": list(source.channels.all()),
        "seen": source.updated_at.isoformat(),
    }


class Search(forms.Form):
    """Which entries one looks for."""

    q = forms.CharField(required=False, max_length=300)
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=[("", _("Any language")), *LANGUAGES], required=False)
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"), required=False, empty_label=_("Any owner"))
    channel = forms.ModelChoiceField(
        Channel.objects.none(), label=_("Channel"), required=False, empty_label=_("Any channel")
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [("", _("Any topic")), *((one, one) for one in knowledge.topics(workspace))]  # type: ignore[attr-defined]
        self.fields["owner"].queryset = knowledge.owners(workspace)  # type: ignore[attr-defined]
        self.fields["channel"].queryset = workspace.channels.order_by("name")  # type: ignore[attr-defined]
        for name in ("state", "language", "topic", "owner", "channel"):
            self.fields[name].widget.attrs["class"] = "control fits"

    def wanted(self) -> Wanted:
        """The filters that make sense; the others are left out."""
        self.is_valid()
        asked = self.cleaned_data
        owner, channel = asked.get("owner"), asked.get("channel")
        return Wanted(
            language=asked.get("language", ""), topic=asked.get("topic", ""), state=asked.get("state", ""),
            owner=owner.pk if owner else None, channel=channel.pk if channel else None,
        )  # fmt: skip


class FileForm(forms.Form):
    """A file of entries."""

    file = forms.FileField(
        label=_("File of entries"),
        widget=forms.ClearableFileInput({"accept": ".csv,.tsv,.txt,.jsonl,.ndjson,.json,.yaml,.yml,.gz"}),
    )


class HistoryForm(forms.Form):
    """A file of past exchanges."""

    file = forms.FileField(
        label=_("File of past exchanges"),
        widget=forms.ClearableFileInput({"accept": ".csv,.tsv,.jsonl,.ndjson,.json,.mbox,.zip,.gz,.tgz,.tar"}),
    )
    team = forms.CharField(label=_("Names or addresses of the team"), max_length=500, required=False)

    def clean_file(self) -> Any:
        """Refuse what is larger than a page can take."""
        given = self.cleaned_data["file"]
        if given.size and given.size > taking.LARGEST:
            raise ValidationError(_("This file is larger than 2 GB: use the command."))
        return given
