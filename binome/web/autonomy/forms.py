"""What an owner chooses: a trial, a promise, opening on evidence, what counts as wrong, what to rehearse."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from binome.assistant.models import Rehearsal
from binome.autonomy.models import Lane, Outcome, Rules, Verdict

LEAST, MOST = 50, 99
"""Hundredths of confidence that may be asked for."""

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


class Trial(forms.Form):
    strictness = forms.IntegerField(
        label=_("Alone only when Binôme is at least this sure"), min_value=LEAST, max_value=MOST,
        widget=forms.NumberInput({"type": "range", "step": 1}),
    )  # fmt: skip
    daily_cap = forms.IntegerField(label=_("Answers given alone, a day at most"), min_value=1, max_value=1000)
    understood = forms.BooleanField(label=_("I know that nothing is measured yet, and that nothing is promised."))


def as_it_is(lane: Lane) -> dict[str, Any]:
    return {"strictness": min(max(round(lane.strictness * 100), LEAST), MOST), "daily_cap": lane.daily_cap}


class PromiseForm(forms.Form):
    """α, δ and the share of audits, in hundredths."""

    risk = forms.DecimalField(
        label=_("Of 100 answers given alone, wrong at most"), min_value=0.1, max_value=50, decimal_places=1
    )
    doubt = forms.DecimalField(
        label=_("Chances in 100 of being mistaken about that"), min_value=0.1, max_value=50, decimal_places=1
    )
    audit_share = forms.IntegerField(
        label=_("Of 100 answers given alone, audited at least"), min_value=1, max_value=100
    )

    def chosen(self) -> dict[str, float]:
        """As shares."""
        return {name: float(self.cleaned_data[name]) / 100 for name in ("risk", "doubt", "audit_share")}

    @staticmethod
    def of(lane: Lane) -> dict[str, float]:
        """As the lane has them."""
        return {name: _plain(getattr(lane, name)) for name in ("risk", "doubt", "audit_share")}


def _plain(share: float) -> float:
    """In hundredths, without a decimal that says nothing."""
    hundredths = round(share * 100, 1)
    return int(hundredths) if hundredths == int(hundredths) else hundredths


class OpenLane(forms.Form):
    daily_cap = forms.IntegerField(label=_("Answers given alone, a day at most"), min_value=1, max_value=10_000)
    understood = forms.BooleanField(
        label=_("I know what is promised: an average over cases like those that were judged, not each answer.")
    )


class RulesForm(forms.Form):
    wrongs = forms.MultipleChoiceField(
        label=_("Counts as wrong"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[one for one in (*Verdict.Judgement.choices, *Outcome.Kind.choices) if one[0] != "accepted"],
    )  # fmt: skip
    blind_share = forms.IntegerField(label=_("Of 100 verdicts, given blind"), min_value=0, max_value=100)
    needless_seconds = forms.IntegerField(
        label=_("A hand-over that was not needed costs (seconds)"), min_value=0, max_value=86_400
    )
    missed_minutes = forms.IntegerField(
        label=_("A hand-over that was missed costs (minutes)"), min_value=0, max_value=10_000
    )

    @staticmethod
    def of(rules: Rules) -> dict[str, Any]:
        """As the workspace has them."""
        return {
            "wrongs": rules.wrongs,
            "blind_share": round(rules.blind_share * 100),
            "needless_seconds": rules.needless_seconds,
            "missed_minutes": rules.missed_minutes,
        }


class RehearsalForm(forms.Form):
    lane = forms.ChoiceField(label=_("Which lane"), required=False)
    mind = forms.ChoiceField(
        label=_("What the AI knows"), required=False, choices=Rehearsal.Mind.choices, initial=Rehearsal.Mind.LEARNING
    )
    days = forms.IntegerField(label=_("Days of the past"), min_value=1, max_value=3650, initial=90)
    risk = forms.DecimalField(
        label=_("Of 100 answers given alone, wrong at most"), min_value=0.1, max_value=50, decimal_places=1, initial=5
    )
    doubt = forms.DecimalField(
        label=_("Chances in 100 of being mistaken about that"), min_value=0.1, max_value=50, decimal_places=1, initial=5
    )
    vetoes = forms.BooleanField(
        label=_("With the readings that leave a matter to people"), required=False, initial=True
    )

    def __init__(self, data: Any = None, *, topics: Iterable[tuple[str, str]] = ()) -> None:
        """*topics*: language and topic of the lanes that may grow."""
        super().__init__(data)
        topics = list(topics)
        self.fields["lane"].choices = [("", _("all lanes"))]  # type: ignore[attr-defined]
        for language, answers in (("fr", _("answers in French")), ("en", _("answers in English"))):
            own = [(f"{language} · {topic}", f"{answers} · {topic}") for spoken, topic in topics if spoken == language]
            self.fields["lane"].choices += [(language, answers), *own]  # type: ignore[attr-defined]

    def clean_lane(self) -> tuple[str, str]:
        """Language and topic, "" for all."""
        language, _dot, topic = self.cleaned_data["lane"].partition(" · ")
        return language, topic

    def clean_mind(self) -> str:
        """Left out, it is as it was proposed."""
        return self.cleaned_data["mind"] or str(Rehearsal.Mind.LEARNING)
