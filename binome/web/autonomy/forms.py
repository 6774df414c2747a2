"""Opening a lane on trial: how sure, how often, and that one knows what it means."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from binome.autonomy.models import Lane

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
