"""A draft as the inbox shows it: its sentences with what is doubtful in each, and what to look at before it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from binome.assistant.models import Suggestion

_AGAINST = {
    "figure": gettext_lazy("a figure, a date or an address that the entries do not give"),
    "name": gettext_lazy("a name that the entries do not give"),
    "negation": gettext_lazy("says yes where the entry says no, or the reverse"),
    "opposite": gettext_lazy("says the opposite of the entry"),
    "sweeping": gettext_lazy("says more than the entry"),
    "not_said": gettext_lazy("no entry says this"),
    "nothing_quoted": gettext_lazy("nothing approved to rest on"),
}
_COMMITS = {
    "price": pgettext_lazy("commitment", "speaks of a price"),
    "refund": pgettext_lazy("commitment", "speaks of a refund"),
    "deadline": pgettext_lazy("commitment", "gives a deadline"),
    "promise": pgettext_lazy("commitment", "promises something"),
}


@dataclass(frozen=True)
class Piece:
    """One sentence. *doubt*: what to look at, or ""; *quote*: the words of an entry that say it; *breaks*: on a new line."""

    text: str
    doubt: str = ""
    quote: str = ""
    breaks: bool = False
    number: int = 0
    """Of its doubt, from 1."""


def pieces(suggestion: Suggestion) -> list[Piece]:
    """The draft, sentence by sentence, as it was written."""
    found: list[Piece] = []
    at = 0
    for one in suggestion.why["draft"]["sentences"]:
        start = max(suggestion.text.find(one["text"], at), at)
        breaks = bool(found) and "\n" in suggestion.text[at:start]
        quote = _("An entry says: “{quote}”").format(quote=one["quote"]) if one["supported"] and one["quote"] else ""
        doubt = _doubt(one)
        number = 1 + sum(bool(piece.doubt) for piece in found) if doubt else 0
        found.append(Piece(one["text"], doubt, quote, breaks, number))
        at = start + len(one["text"])
    return found


def doubts(draft: Mapping[str, Any]) -> list[str]:
    """What somebody looks at before sending, in sentences."""
    blocks = set(draft["blocks"])
    told = {
        "unsupported": _("What is underlined is not in your entries, or not so: check it or take it out."),
        "commits": _("It binds the team (a price, a refund, a deadline or a promise): make sure that you mean it."),
        "personal": _("It repeats personal data of the member."),
        "unknown_mark": _("It holds a mark such as [NAME_1] that stands for nothing: take it out."),
    }
    held = blocks | ({"commits"} if blocks & set(_COMMITS) else set())
    return [sentence for block, sentence in told.items() if block in held]


def _doubt(sentence: Mapping[str, Any]) -> str:
    words = [str(_AGAINST[one]) for one in sentence["against"] if one in _AGAINST]
    words += [str(_COMMITS[one]) for one in sentence["commits"] if one in _COMMITS]
    return " · ".join(words)
