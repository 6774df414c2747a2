"""How far a lane is from its evidence, in words that are taken in at a glance: round numbers, and what would bring it nearer."""

from math import ceil, log10

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LONG = 180
"""Days from which one is told how to get there sooner."""

NEVER = 10 * 365
"""Days from which a pace leads nowhere."""


def verdicts(more: int) -> str:
    """How many verdicts are missing: exact while they can be counted on one's fingers, two figures after."""
    if more <= 20:
        return ngettext("{number} more verdict", "{number} more verdicts", more).format(number=more)
    return _("about {number} more verdicts").format(
        number=number_format(_round(more), 0, use_l10n=True, force_grouping=True)
    )


def delay(days: int) -> str:
    """How long that takes at the present pace."""
    if days > NEVER:
        return _("more than ten years at this pace")
    if days < 14:
        return ngettext("{number} day at this pace", "{number} days at this pace", days).format(number=days)
    if days < 75:
        return _("about {number} weeks at this pace").format(number=round(days / 7))
    if days < 700:
        return _("about {number} months at this pace").format(number=round(days / 30.4))
    return _("about {number} years at this pace").format(number=round(days / 365))


def sooner(days: int) -> str:
    """What brings the day nearer, where it is far."""
    return _("Sooner: accept a larger share of errors, or judge more answers blind.") if days > LONG else ""


def _round(number: int) -> int:
    """Up to two figures: 1,407 is about 1,500."""
    step: int = 10 ** max(1, int(log10(number)) - 1)
    return ceil(number / step) * step
