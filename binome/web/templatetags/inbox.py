"""Filters of the inbox's templates."""

from django import template
from django.utils.html import escape, linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from binome.inbox.models import Message
from binome.web.inbox import showing

register = template.Library()
register.filter("reason", showing.reason_of)


@register.filter
def said(text: str) -> SafeString:
    """What somebody wrote: paragraphs kept, addresses made links that tell the other site nothing, markup shown as text."""
    linked = urlize(linebreaks(escape(text)), nofollow=True)
    return mark_safe(  # noqa: S308 - escaped above
        linked.replace("<a ", '<a target="_blank" ').replace('rel="nofollow"', 'rel="nofollow noopener noreferrer"')
    )


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
