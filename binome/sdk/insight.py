"""What a stage may ask of the small network that reads messages: computed once for all stages of a batch."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from binome.kit.reader import Insight, Message, insights
from binome.sdk.disguise import emoji_name
from binome.sdk.harmless import plainly
from binome.sdk.identities import named
from binome.sdk.stage import Annotation, Reading

__all__ = ["Insight", "first_of", "insights_of", "insights_of_abuse", "of_two", "with_words"]


ABUSIVE = 0.4
"""The chance of abuse from which a message that sounds abusive is read once more."""

PLAINLY_OF_A_LANGUAGE = 0.8

SHORT = 6
"""Words of a message up to which naming people weighs too much with the network: in longer ones what is said of them does."""

EDGE = 0.02
"""Taken off as well, so that who is named and nothing else never is abuse."""

READ, FIRST_PICTURE = 3_000, "\u203c"
"""Characters in which pictures are looked for, and the first sign that is one."""

ABUSES = {"toxicity": ("toxic", "ok"), "hate": ("hate", "ok")}


def insights_of(readings: Sequence[Reading]) -> list[Insight]:
    """What the network makes of each message with what was said before it, in order."""
    found = insights([reading.message for reading in readings])
    return [_as_written(insight, reading.plain) for reading, insight in zip(readings, found, strict=True)]


def _as_written(insight: Insight, text: str) -> Insight:
    """The same with the pictures that weighed where the network names words of their names, which nobody wrote."""
    if not insight.words or text.isascii() or not (pictures := _pictures(text[:READ])):
        return insight
    written = text.lower()
    words = {
        task: tuple(dict.fromkeys(pictures.get(one, one) if one.lower() not in written else one for one in weighed))
        for task, weighed in insight.words.items()
    }
    return replace(insight, words=words)


@lru_cache(maxsize=1_024)
def _pictures(text: str) -> Mapping[str, str]:
    """The pictures of a text by the words of their names, the first of those that share a word."""
    signs = [sign for sign in reversed(text) if sign >= FIRST_PICTURE] if max(text) >= FIRST_PICTURE else []
    return {word: sign for sign in signs for word in emoji_name(sign).split()}


def insights_of_abuse(readings: Sequence[Reading]) -> list[Insight]:
    """The same for who looks for abuse. Where something abusive is read and the text says something that only sounds so, it is
    read once more in plain words, and the calmer of both counts; from a short message is taken what naming people weighs."""
    found = insights_of(readings)
    again = {
        place: Message(plain, reading.thread)
        for place, (reading, insight) in enumerate(zip(readings, found, strict=True))
        if _abuse(insight) >= ABUSIVE and (plain := plainly(reading.plain, _language(reading))) != reading.plain
    }
    for place, calmer in zip(again, insights(list(again.values())), strict=True):
        found[place] = min(found[place], calmer, key=_abuse)
    return _naming_apart(readings, found)


def _naming_apart(readings: Sequence[Reading], found: Sequence[Insight]) -> list[Insight]:
    """What the network makes of short messages, less what it makes of the words alone by which they name people."""
    told = list(found)
    alone = {
        place: Message(" ".join(names))
        for place, (reading, insight) in enumerate(zip(readings, found, strict=True))
        if _abuse(insight) >= ABUSIVE and len(reading.plain.split()) <= SHORT and (names := named(reading.plain))
    }
    for place, naming in zip(alone, insights(list(alone.values())), strict=True):
        told[place] = _less(told[place], naming)
    return told


def _less(insight: Insight, naming: Insight) -> Insight:
    """The chances of abuse, less (as logits) those of naming where they are even or more."""
    chances = dict(insight.chances)
    for task, (abuse, otherwise) in ABUSES.items():
        named_alone = _logit(naming.chances[task][abuse])
        if named_alone < 0:
            continue
        chance = 1 / (1 + math.exp(named_alone + EDGE - _logit(insight.chances[task][abuse])))
        chances[task] = {**chances[task], abuse: chance, otherwise: 1 - chance}
    return replace(insight, chances=chances)


def _logit(chance: float) -> float:
    held = min(max(chance, 1e-6), 1 - 1e-6)
    return math.log(held / (1 - held))


def _language(reading: Reading) -> str:
    """The language of the message, "" where that is not plain ("lol retard" may be said in English)."""
    told = reading.annotations.get("language")
    return told.label if told and told.confidence >= PLAINLY_OF_A_LANGUAGE else ""


def _abuse(insight: Insight) -> float:
    return max(insight.chances["toxicity"]["toxic"], insight.chances["hate"]["hate"])


def first_of(insight: Insight, task: str) -> Annotation:
    """The likeliest label of a task, its chance, and the words that weighed."""
    chances = insight.chances[task]
    label = max(chances, key=lambda name: chances[name])
    return Annotation(label, round(chances[label], 3), with_words(insight, task, {}))


def of_two(insight: Insight, task: str, label: str, otherwise: str) -> Annotation:
    """One label of a task or its contrary; the confidence is the chance of the one that is said."""
    chance = insight.chances[task][label]
    said = label if chance >= 0.5 else otherwise
    evidence = with_words(insight, task, {}) if said == label else {}
    return Annotation(said, round(max(chance, 1 - chance), 3), evidence)


def with_words(insight: Insight, task: str, evidence: Mapping[str, Any]) -> dict[str, Any]:
    """The evidence, and the words that weighed in this task if they are known."""
    words = insight.words.get(task, ())
    return {**evidence, "words": list(words)} if words else dict(evidence)
