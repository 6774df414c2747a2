"""The few tags that templates need beyond components."""

from datetime import datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.utils import formats, timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from binome.kit import clock
from binome.web.ui import toasts

register = template.Library()
register.filter("undo_of", toasts.undo_of)
register.filter("tone_of", toasts.tone_of)


@register.filter
def initials(name: object) -> str:
    """At most two letters: *Inès Caron* → IC."""
    words = str(name).replace("-", " ").split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def when(instant: datetime | None) -> str:
    """As one says it: 10:42 today, lun. 18:04 this week, 12 sept. this year, 12 sept. 2024 before."""
    if instant is None:
        return ""
    local, now = timezone.localtime(instant), timezone.localtime(clock.now())
    days = (now.date() - local.date()).days
    if days == 0:
        return formats.date_format(local, "H:i")
    if abs(days) < 7:
        weekday = formats.date_format(local, "D")
        return f"{weekday.lower() if _is_french() else weekday} {local:%H:%M}"
    return _day(local, "N" if local.year == now.year else "N Y")


@register.filter
def day(instant: datetime) -> str:
    """The day, in words: 1er décembre, 2 décembre; 1 December."""
    local = timezone.localtime(instant)
    return _day(local, "F" if local.year == timezone.localtime(clock.now()).year else "F Y")


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


def _day(local: datetime, month: str) -> str:
    number = "1er" if local.day == 1 and _is_french() else str(local.day)
    return f"{number} {formats.date_format(local, month)}"


def _is_french() -> bool:
    return (get_language() or "fr").startswith("fr")
