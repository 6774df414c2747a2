"""Filters and tags of the inbox's templates."""

from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils.html import escape, linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from binome.inbox.models import Message
from binome.web.inbox import drafts, showing
from binome.web.inbox.showing import Row

register = template.Library()
register.filter("reason", showing.reason_of)
register.filter("pieces", drafts.pieces)
register.filter("doubts", drafts.doubts)

DRAWN = 4_096
"""Rows kept as drawn, about 2 kB each, by each process."""


@register.simple_tag
def row(row: Row, address: str, query: str, current: int | str) -> SafeString:
    """A row of the list; *current* is the conversation that is open, if one is."""
    return _drawn(row, f"{address}{row.pk}/?{query}", current == row.pk, get_language())


@lru_cache(maxsize=DRAWN)
def _drawn(row: Row, address: str, current: bool, _language: str | None) -> SafeString:
    """Drawn once for as long as it says the same: what it says is all that it depends on, with the language in force."""
    drawn = get_template("inbox/row.html").render({"row": row, "address": address, "current": current})
    return mark_safe(drawn)  # noqa: S308 - a template's own


@register.filter
def said(text: str) -> SafeString:
    """What somebody wrote: paragraphs kept, addresses made links that tell the other site nothing, markup shown as text."""
    linked = urlize(linebreaks(escape(text)), nofollow=True).replace("<a ", '<a target="_blank" ')
    return mark_safe(linked.replace('rel="nofollow"', 'rel="nofollow noopener noreferrer"'))  # noqa: S308 - escaped above


@register.filter
def delivery_state(message: Message) -> str:
    """Where a message stands on its way out; nothing once it has arrived as it should."""
    if message.delivery is None or message.delivery.state == "sent":
        return ""
    return str(message.delivery.get_state_display())


@register.filter
def failure(message: Message) -> str:
    """Why it did not leave, in one sentence."""
    code = message.delivery.failure if message.delivery else ""
    return {
        "Rejected": _("The platform refused it."),
        "AccessRevoked": _("The channel must be connected again."),
        "AccessExpired": _("The channel must be connected again."),
        "RateLimited": _("The platform asked us to wait for too long."),
        "Unavailable": _("The platform could not be reached."),
        "NotArrived": _("Somebody looked: it did not arrive."),
    }.get(code, _("It did not leave."))
