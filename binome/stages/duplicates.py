"""Is a message a copy of another that came with it or before it in its thread: floods, raids, chain letters?

It sees the batch and the threads, nothing stored: what came an hour ago in another thread is not its business. A thread may
hold what is in the batch as well: copies are counted in each, and the larger number told.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from zlib import crc32

from binome.sdk.phrases import words
from binome.sdk.stage import Annotation, Reading

SHORTEST = 4
"""Words below which two equal messages are no copy: everybody writes "merci"."""

ALIKE = 0.55
"""Share of their runs of three words that near copies have in common, at least."""

MANY = 3
"""Copies that make a flood (one author) or a raid (several)."""

HAMMERED = 5
"""Times that one author says less than that, or emoji alone, before it is a flood."""

COMMON, CROWD = 8, 10
"""Words below which several people write the same by chance ("joyeux anniversaire à toute l'équipe"): so many make a raid."""

_READ, _RUNS, _POSSIBLE = 1_500, 200, 40

Runs = frozenset[int]


class Duplicates:
    """flood | raid | copy | near | unique; evidence["copies"]: how many more there are, itself not counted."""

    name, version, cost = "duplicates", "3", "LOCAL"
    needs: tuple[str, ...] = ()

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        said = [words(reading.text[:_READ]) for reading in readings]
        same, authors = Counter(said), _authors(readings, said)
        near = _near([text for text in same if text.count(" ") >= SHORTEST])
        short = [_short(reading) if _is_short(text) else None for reading, text in zip(readings, said, strict=True)]
        times = Counter(short)
        return [
            _read_short(few[0], times[few]) if few else _read(reading, text, same, authors, near)
            for reading, text, few in zip(readings, said, short, strict=True)
        ]


def _is_short(text: str) -> bool:
    return text.count(" ") < SHORTEST


def _short(reading: Reading) -> tuple[str, str]:
    """Who says it, and the words, or what stands for them where there is none; nothing where that is not known."""
    text = words(reading.text[:_READ]) or reading.text[:_READ].strip()
    return (reading.author, text) if reading.author and text else ("", "")


def _read_short(author: str, times: int) -> Annotation:
    if author and times >= HAMMERED:
        return Annotation("flood", 0.85, {"copies": times - 1, "near": 0})
    return Annotation("unique", 0.9)


def _read(
    reading: Reading, text: str, same: Mapping[str, int], authors: Mapping[str, set[str]], near: Mapping[str, set[str]]
) -> Annotation:
    earlier = _authors_before(reading, text) if reading.thread else ()
    copies = max(same[text] - 1, len(earlier))
    others = sum(same[other] for other in near.get(text, ()))
    evidence = {"copies": copies, "near": others}
    if copies + others + 1 >= MANY:
        who = authors[text].union(earlier, *(authors[other] for other in near.get(text, ())))
        sure = 0.97 if copies + 1 >= MANY else 0.85
        if len(who) == 1:
            return Annotation("flood", sure, evidence)
        if text.count(" ") >= COMMON or copies + others + 1 >= CROWD:
            return Annotation("raid", sure, evidence)
    if copies:
        return Annotation("copy", 0.98, evidence)
    return Annotation("near", 0.85, evidence) if others else Annotation("unique", 0.97)


def _authors_before(reading: Reading, text: str) -> list[str]:
    """Who said the same before in the thread, the team left out; where that is not told, the author alone."""
    by = reading.thread_by or [reading.author] * len(reading.thread)
    said = zip(reading.thread[-20:], by[-20:], strict=False)
    return [author for earlier, author in said if words(earlier[:_READ]) == text and (author or not reading.thread_by)]


def _authors(readings: Sequence[Reading], said: Sequence[str]) -> Mapping[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for reading, text in zip(readings, said, strict=True):
        found[text].add(reading.author)
    return found


def _near(texts: Sequence[str]) -> Mapping[str, set[str]]:
    """Which of these different texts are near copies of each other."""
    runs = {text: _runs(text) for text in texts}
    holders: defaultdict[int, list[str]] = defaultdict(list)
    near: defaultdict[str, set[str]] = defaultdict(set)
    for text in texts:
        shared = [other for run in runs[text] if run in holders for other in holders[run][:_POSSIBLE]]
        for other, count in Counter(shared).items() if shared else ():
            if count >= ALIKE * len(runs[text] | runs[other]):
                near[text].add(other)
                near[other].add(text)
        for run in runs[text]:
            holders[run].append(text)
    return near


def _runs(text: str) -> Runs:
    """Fingerprints of the runs of three words."""
    said = text.split()[: _RUNS + 2]
    return frozenset(crc32(" ".join(said[at : at + 3]).encode("utf-8", "replace")) for at in range(len(said) - 2))


STAGE = Duplicates()
