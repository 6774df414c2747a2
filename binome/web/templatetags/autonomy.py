"""Filters of autonomy's templates: shares in hundredths, time in words."""

from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import ngettext

from binome.assistant import telling
from binome.assistant.models import Suggestion

register = template.Library()


@register.filter
def hundredths(share: Any, decimals: int = 0) -> str:
    """0.025 → 2.5 (with one decimal), in the reader's manner; "" for nothing."""
    if share in ("", None):
        return ""
    value = round(float(share) * 100, decimals)
    return number_format(value, 0 if value == int(value) else decimals)


@register.filter
def sure_of(doubt: float) -> str:
    """A doubt of 0.05 → 95."""
    return hundredths(1 - doubt, 1)


@register.filter
def in_time(minutes: float) -> str:
    """90 → 1 h 30; less than an hour in minutes."""
    whole = round(minutes)
    if whole < 60:
        return ngettext("{number} minute", "{number} minutes", whole).format(number=whole)
    return f"{whole // 60} h {whole % 60:02}" if whole % 60 else f"{whole // 60} h"


@register.filter
def to_do_in_order(suggestion: Suggestion) -> str:
    """An act without a word as it is proposed."""
    return telling.to_do(suggestion.lane.act, suggestion.text)


@register.filter
def done_in_order(suggestion: Suggestion) -> str:
    """The same as it was done alone."""
    return telling.was_done(suggestion.lane.act, suggestion.text)
