"""A message as it is meant, beside what was written: figures that stand for letters, letters apart, emoji by their names.

Other stages and people may look at it; nothing replaces the original.
"""

import re
from collections.abc import Sequence
from string import ascii_uppercase
from typing import Any

from binome.sdk.disguise import emoji_name, sober, undisguised
from binome.sdk.masking import covered
from binome.sdk.stage import Annotation, Reading

READ, MOST = 2_000, 10
"""Characters that are looked at; words and emoji that are told."""

_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|[\u203c-\u3299\U0001f000-\U0001faff][\ufe0f\u200d\U0001f3fb-\U0001f3ff]*"
)
"""A flag (two letters), or a picture with what changes its colour or joins it to the next."""

_LETTERS_OF_FLAGS = {0x1F1E6 + place: letter for place, letter in enumerate(ascii_uppercase)}
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_MAY_BE_PRIVATE = re.compile(r"@|\d{3}")
_PRIVATE = re.compile(r"\S{0,64}@[^\s.]{1,64}\.\S{1,120}|(?<!\w)@\S{1,120}|\S{0,30}\d{3}\S{0,30}")


class NormalForm:
    """rewritten | plain. evidence: "text", "disguised" {written: meant}, "emoji" {sign: name}."""

    name, version, cost = "normal_form", "4", "LOCAL"
    needs = ("personal_data",)

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [_read(reading) for reading in readings]


def _read(reading: Reading) -> Annotation:
    text = _without_personal_data(reading)
    meant, changed = undisguised(text)
    meant = sober(meant)
    emoji = {} if text.isascii() else {sign: _named(sign).strip() for sign in dict.fromkeys(_EMOJI.findall(text))}
    named = dict([one for one in emoji.items() if one[1] and one[1] != one[0]][:MOST])
    if meant == text and not named:
        return Annotation("plain", 0.99)
    disguised = dict(list(changed.items())[:MOST])
    evidence: dict[str, Any] = {"text": _EMOJI.sub(lambda sign: _named(sign[0]), meant)[:READ]}
    evidence |= {"disguised": disguised} if disguised else {}
    evidence |= {"emoji": named} if named else {}
    return Annotation("rewritten", 0.9 if disguised else 0.99, evidence)


def _named(sign: str) -> str:
    """The name of a picture between spaces; of a flag, its country."""
    country = sign.translate(_LETTERS_OF_FLAGS)
    return f" flag {country} " if country.isascii() else emoji_name(sign[0])


def _without_personal_data(reading: Reading) -> str:
    found = reading.annotations["personal_data"].evidence.get("found", ()) if reading.annotations else ()
    text = covered(reading.text[:READ], [(one["start"], one["end"], "***") for one in found if one["start"] < READ])
    text = _UNPRINTABLE.sub(" ", text)
    return _PRIVATE.sub("***", text) if _MAY_BE_PRIVATE.search(text) else text


STAGE = NormalForm()
