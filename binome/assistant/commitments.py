"""What binds the team: a price, a refund, a deadline, a promise. Never sent alone in a model's words, however well supported."""

import re

from binome.assistant.particulars import particulars
from binome.kit.text import fold

KINDS = ("price", "refund", "deadline", "promise")

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "price",
        re.compile(
            r"\b(?:prix|tarifs?|gratuit\w*|offert\w*|reduction|remise|rabais|promo\w*|bon d'achat|avoir de|geste commercial|cout\w*|"
            r"factur\w*|price[sd]?|free|discounts?|vouchers?|coupons?|costs?|charged?|fees?|invoices?|credit(?:s|ed)?)\b|[€$£]|\beuros?\b"
        ),
    ),
    (
        "refund",
        re.compile(r"\b(?:rembours\w*|indemnis\w*|dedommag\w*|compens\w*|refund\w*|reimburs\w*|money back|pay you back|repay\w*)\b"),
    ),
    (
        "deadline",
        re.compile(
            r"\b(?:d'ici|sous|dans les|avant (?:le|la|fin|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain)|au plus tard|"
            r"within|by (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|tonight|the end|noon)|no later than|"
            r"as soon as possible|des que possible|demain|tomorrow|aujourd'hui|today|tonight|ce soir)\b"
        ),
    ),
    (
        "promise",
        re.compile(
            r"\b(?:promets|promettons|promis|garantis\w*|assur(?:e|ons)|m'engage|nous engageons|(?:je|nous|on) (?:vous |te |le |la |les )?"
            r"(?:enverr\w+|rappeller\w+|remplacer\w+|reparer\w+|envoy\w+|remplac\w+|accord\w+|fer(?:ai|ons))|promise|guarantee\w*|"
            r"(?:i|we) (?:will|'ll|shall|commit)|we'll|i'll)\b"
        ),
    ),
)  # fmt: skip


def found_in(sentence: str) -> tuple[str, ...]:
    """The kinds of commitment that a sentence makes, or might be read as making."""
    text = fold(sentence.replace("\u202f", " ").replace("\u00a0", " "))
    kinds = {kind for kind, pattern in _PATTERNS if pattern.search(text)}
    if any(one.kind in ("money", "percent") for one in particulars(sentence)):
        kinds.add("price")
    return tuple(kind for kind in KINDS if kind in kinds)
