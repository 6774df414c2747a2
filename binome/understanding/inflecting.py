"""The forms in which French and English write one word: what a workspace wrote once is met in the plural and the feminine.

Rules of spelling alone, so a form may be none ("un jeu, des jeus"): it is then simply never met. A form that is another
word of the workspace is that word.
"""

from functools import lru_cache

SHORTEST = 3
"""Letters of a word that is inflected; shorter ones, and any with a figure in it, are met as they are."""

_NO_PLURAL = ("ss", "us", "is", "ps", "as", "os", "ours", "ous")
"""Endings in s that are not a plural's: bus, prix fixe, corps, parcours."""


@lru_cache(maxsize=4_096)
def forms(word: str, *, feminine: bool = True) -> tuple[str, ...]:
    """The word (without accents or capitals) and the spellings of its plural, its singular and its feminine."""
    if len(word) < SHORTEST or not word.isalpha():
        return (word,)
    singular = _singular(word)
    kinds = [singular, *(_feminine(singular) if feminine else ())]
    return tuple(dict.fromkeys([word, *kinds, *(one for kind in kinds for one in _plural(kind))]))


def _singular(word: str) -> str:
    if word.endswith("eaux"):
        return word[:-1]
    if word.endswith("aux") and len(word) > 5:
        return word[:-3] + "al"
    if word.endswith("s") and len(word) > 4 and not word.endswith(_NO_PLURAL):
        return word[:-1]
    return word


def _plural(word: str) -> list[str]:
    if word.endswith(("s", "x", "z")):
        return [word + "es"]
    found = [word + "s"]
    if word.endswith(("eau", "eu", "ou")):
        found.append(word + "x")
    if word.endswith("al"):
        found.append(word[:-2] + "aux")
    if word.endswith("y"):
        found.append(word[:-1] + "ies")
    if word.endswith(("sh", "ch", "o")):
        found.append(word + "es")
    return found


def _feminine(word: str) -> list[str]:
    """By the endings that have one: *client, gentil, bon, heureux, vendeur, directeur, actif, premier*."""
    if word.endswith("e"):
        return []
    found = [word + "e"]
    found += [word + word[-1] + "e"] if word.endswith(("el", "il", "en", "on", "et")) else []
    for masculine, feminine in (("eux", "euse"), ("teur", "trice"), ("eur", "euse"), ("if", "ive"), ("er", "ere")):
        found += [word[: -len(masculine)] + feminine] if word.endswith(masculine) else []
    return found
