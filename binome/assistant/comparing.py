"""How what a person sent compares with what was proposed."""

from difflib import SequenceMatcher

from binome.autonomy.models import Verdict
from binome.kit import encoder
from binome.kit.text import fold

LIGHT = 0.7
"""From this share of common words on, in the same order, what was sent is a light edit of what was proposed."""

ALIKE = 0.6
"""From this cosine on, an answer written without seeing the proposal says the same, unless it says another entry's more."""


def judgement_of(proposed: str, sent: str) -> Verdict.Judgement:
    """Accepted as it was, lightly edited, or rewritten."""
    if proposed.split() == sent.split():
        return Verdict.Judgement.ACCEPTED
    before, after = fold(proposed).split(), fold(sent).split()
    alike = SequenceMatcher(None, before, after, autojunk=False).ratio()
    return Verdict.Judgement.EDITED if alike >= LIGHT else Verdict.Judgement.REWRITTEN


def says_the_same(proposed: str, written: str, others: list[str]) -> bool:
    """Whether an answer that a person wrote blind says what was proposed, and none of the *others* more."""
    vectors = encoder.encode([written, proposed, *others])
    likeness = vectors[1:] @ vectors[0]
    return bool(likeness[0] >= ALIKE and likeness[0] >= likeness.max())
