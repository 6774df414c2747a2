"""The few tags that templates need beyond components."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from binome.kit import clock
from binome.web.ui import instants, toasts
from binome.web.ui.navigation import Place

register = template.Library()
register.filter("undo_of", toasts.undo_of)
register.filter("tone_of", toasts.tone_of)
register.filter("initials", instants.initials)


@register.simple_tag
def drawn(name: str, places: Iterable[Place]) -> SafeString:
    """The places of the rail in one of their three templates: drawn once for as long as they say the same."""
    return _drawn(name, tuple(places), get_language())


@lru_cache(maxsize=256)
def _drawn(name: str, places: tuple[Place, ...], _language: str | None) -> SafeString:
    return mark_safe(get_template(name).render({"places": places}))  # noqa: S308 - a template's own


@register.filter
def when(instant: datetime | None) -> str:
    """As one says it: see `instants.short`."""
    return instants.short(instant) if instant else ""


@register.filter
def day(instant: datetime) -> str:
    """The day, in words: 1er décembre, 2 décembre; 1 December."""
    local = timezone.localtime(instant)
    return instants.on_day(local, "F" if local.year == timezone.localtime(clock.now()).year else "F Y")


@register.simple_tag
def control(field: BoundField, hint: str = "", **attributes: Any) -> SafeString:
    """The field's widget, tied to its hint and its problems for screen readers. `min_length` becomes `min-length`."""
    described = [f"{field.auto_id}_hint"] if hint else []
    described += [f"{field.auto_id}_error"] if field.errors else []
    given: dict[str, Any] = {"placeholder": False}
    given |= {key.replace("_", "-"): value for key, value in attributes.items() if value not in ("", None, False)}
    if described:
        given["aria-describedby"] = " ".join(described)
    if field.errors:
        given["aria-invalid"] = "true"
    return field.as_widget(attrs=given)


@register.filter
def widget_kind(field: BoundField) -> str:
    """checkbox, radio, or another of Django's kinds of widget."""
    return str(getattr(field.field.widget, "input_type", "select"))
