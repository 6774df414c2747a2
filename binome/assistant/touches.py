"""Personal touches on an approved answer: a closed list, and nothing else ever changes in it.

The greeting with its name and hour, the wording that says *tu* (if somebody approved one), the product that the member
spoke of, the page's address, the signature. Each is chosen by the workspace, and told on the why card.
"""

import re
from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from binome.assistant.people import greeted_as
from binome.kit.text import fold

FOLLOW, TU, VOUS = "follow", "tu", "vous"


@dataclass(frozen=True)
class Manner:
    """What a workspace chose, for one channel and language."""

    greets: bool = True
    names: bool = True
    by_hour: bool = False
    address: str = FOLLOW
    signature: str = ""
    links: bool = False
    products: tuple[str, ...] = ()


@dataclass(frozen=True)
class Approved:
    """What may be said: the answer, its wording that says *tu* (or ""), its page."""

    answer: str
    familiar: str = ""
    url: str = ""


@dataclass(frozen=True)
class Moment:
    """To whom, where and when it is said. *letter*: not a chat whose member reads at this moment."""

    member: str
    said: str
    hour: int
    language: str
    letter: bool


@dataclass(frozen=True)
class Touch:
    """One thing that was added or chosen."""

    what: Literal["greeting", "name", "hour", "familiar", "product", "link", "signature"]
    how: str


@dataclass(frozen=True)
class Worded:
    """The answer as it is said, and its touches."""

    text: str
    touches: tuple[Touch, ...] = ()

    def told(self) -> list[dict[str, Any]]:
        """The touches as the why card keeps them."""
        return [asdict(touch) for touch in self.touches]


def worded(approved: Approved, manner: Manner, moment: Moment) -> Worded:
    """The approved answer with the touches that fit this moment; the language in force is that of the answer."""
    touches: list[Touch] = []
    greeting = _greeting(manner, moment, touches) if moment.letter and manner.greets else ""
    body = _body(approved, manner, moment, touches)
    product = _product(body, manner, moment, touches)
    link = _link(approved, body, manner, moment, touches)
    if manner.signature and moment.letter:
        touches.append(Touch("signature", manner.signature))
    parts = [greeting, product, body, link, manner.signature if moment.letter else ""]
    return Worded("\n\n".join(part for part in parts if part), tuple(touches))


def address_of(said: str) -> str:
    """How the member speaks to us in French: "tu", "vous", or "" when it cannot be told.

    *Vous* to a team may be a plural, so it only speaks against a *tu* beside it.
    """
    text = fold(said)
    familiar, formal = bool(_TU.search(text)), bool(_VOUS.search(text))
    return "" if familiar and formal else TU if familiar else VOUS if formal else ""


_TU = re.compile(
    r"\b(?:tu|toi|te|tes|ton|ta|stp|tkt)\b(?!['-])|s'il te plait|\bt'(?=[aeiouyh])|\bt (?=(?:ouv|es\b|as\b|peu|ferm|vend))"
)
_VOUS = re.compile(r"\b(?:vous|vs|votre|vos|vot|svp|avez|etes|pouvez|faites|vendez|ouvrez|proposez|livrez|acceptez)\b")


def _greeting(manner: Manner, moment: Moment, touches: list[Touch]) -> str:
    name = greeted_as(moment.member) if manner.names else ""
    evening = manner.by_hour and (moment.hour >= 18 or moment.hour < 4)
    morning = manner.by_hour and 4 <= moment.hour < 12
    touches.append(Touch("greeting", ""))
    if name:
        touches.append(Touch("name", name))
    if manner.by_hour:
        touches.append(Touch("hour", str(moment.hour)))
    if evening:
        return _("Good evening {name},").format(name=name) if name else pgettext("greeting", "Good evening,")
    if morning:
        return _("Good morning {name},").format(name=name) if name else pgettext("greeting", "Good morning,")
    return _("Hello {name},").format(name=name) if name else pgettext("greeting", "Hello,")


def _body(approved: Approved, manner: Manner, moment: Moment, touches: list[Touch]) -> str:
    if moment.language != "fr" or not approved.familiar or manner.address == VOUS:
        return approved.answer
    if manner.address == FOLLOW and address_of(moment.said) != TU:
        return approved.answer
    touches.append(Touch("familiar", manner.address))
    return approved.familiar


def _product(body: str, manner: Manner, moment: Moment, touches: list[Touch]) -> str:
    """The one product that the member named, as the workspace spells it; none if several, or if the answer names it."""
    named = [one for one in manner.products if _names(moment.said, one)]
    if len(named) != 1 or _names(body, named[0]):
        return ""
    touches.append(Touch("product", named[0]))
    return _("About {product}:").format(product=named[0])


def _link(approved: Approved, body: str, manner: Manner, moment: Moment, touches: list[Touch]) -> str:
    """The entry's page, where it is not shown beside the answer and not in it already."""
    if not (manner.links and moment.letter and approved.url) or approved.url in body:
        return ""
    touches.append(Touch("link", approved.url))
    return _("More about this: {url}").format(url=approved.url)


def _names(text: str, product: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(fold(product))}(?!\w)", fold(text)) is not None
