"""Finds the word of the knowledge that a misspelt one stands for: by sound, then by edits."""

import re
from collections import defaultdict
from collections.abc import Mapping

_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"), (r"sch|ch|sh", "S"), (r"gn", "N"), (r"gu(?=[ei])", "g"), (r"ge(?=[ao])", "j"), (r"g(?=[eiy])", "j"),
        (r"qu|q|ck|k|c(?![eiyh])", "k"), (r"c(?=[eiy])", "s"), (r"tion", "sion"), (r"eau|au", "o"), (r"ou|oo|w", "u"),
        (r"ai|ei|ay|ey", "e"), (r"oi|oy", "wa"), (r"(?:en|an|em|am)(?![aeiouy])", "A"), (r"(?:in|im|ain|ein|un)(?![aeiouy])", "I"),
        (r"h|'", ""), (r"y", "i"), (r"z|ss|ç", "s"), (r"(.)\1+", r"\1"), (r"(?:er|ez|ee|ees|es|et|e)$", "e"),
        (r"(?:[sxtdp]|ent)+$", ""), (r"e+$", ""),
    )
)  # fmt: skip
_SHORTEST = 4


def sound(word: str) -> str:
    """How the folded word sounds, roughly, in French: *mariaje* and *mariage* sound alike."""
    heard = word
    for pattern, replacement in _SOUNDS:
        heard = pattern.sub(replacement, heard)
    return heard


class Speller:
    """Corrects towards the words of one knowledge, the commoner first."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = {word: count for word, count in counts.items() if len(word) >= _SHORTEST and word.isalpha()}
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        self._by_deletion: dict[str, list[str]] = defaultdict(list)
        for word in self._counts:
            self._by_sound[sound(word)].append(word)
            for shortened in _deletions(word):
                self._by_deletion[shortened].append(word)
        self._known: dict[str, str | None] = {}

    def correct(self, word: str) -> str | None:
        """The known word that the unknown folded one most likely is; None when none is near."""
        if word not in self._known:
            self._known[word] = self._nearest(word) if len(word) >= _SHORTEST and word.isalpha() else None
        return self._known[word]

    def _nearest(self, word: str) -> str | None:
        one_edit = {known for cut in _deletions(word) for known in self._by_deletion.get(cut, ())}
        candidates = [known for known in one_edit if known[0] == word[0] and _one_edit_apart(word, known)]
        heard = sound(word)
        if len(heard) > 2:
            candidates += self._by_sound.get(heard, [])
        return max(candidates, key=lambda known: (known[0] == word[0], self._counts[known], known), default=None)


def _deletions(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def _one_edit_apart(first: str, second: str) -> bool:
    """One letter added, removed, replaced, or two neighbours swapped."""
    if abs(len(first) - len(second)) > 1:
        return False
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    a, b = first[start:], second[start:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])
