"""What the pictures of a message show, so that nobody meets it unwarned: nudity, or a picture that this place knows.

An optional stage: without the extra `images` it says nothing at all, and every message with a file goes to a person anyway.
The detector's score is its own and is not a measured probability; a low bar is taken, since a picture wrongly veiled costs
a click.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Protocol

import numpy as np

from binome.sdk import pictures
from binome.sdk.stage import Annotation, Picture, Reading

BARE = frozenset(
    {
        "FEMALE_GENITALIA_EXPOSED", "MALE_GENITALIA_EXPOSED", "FEMALE_BREAST_EXPOSED", "ANUS_EXPOSED", "BUTTOCKS_EXPOSED",
    }
)  # fmt: skip
"""What the detector finds that makes a picture one of nudity; a bare belly or foot does not."""

FROM = 0.3
"""The detector's score from which one is warned."""

MOST = 8
"""Pictures of a message that are looked at; if it has more, the rest was not read, and that is said."""

GRAVITY = ("known", "nude", "unread", "ok")


class Detector(Protocol):
    """Finds parts of bodies in a picture given as rows of blue, green and red dots."""

    def detect(self, dots: Any) -> Sequence[Mapping[str, Any]]: ...


class Image:
    """nude | known | unread | ok; evidence["pictures"]: for each its key, label, fingerprint, and parts found with scores."""

    name, version, cost = "image", "nudenet-3.4/1", "APART"
    needs: tuple[str, ...] = ()

    def __init__(self, detector: Callable[[], Detector | None]) -> None:
        self._detector = detector

    def read(self, readings: Sequence[Reading]) -> list[Annotation | None]:
        return [self._read(reading) if reading.pictures and not _blind() else None for reading in readings]

    def _read(self, reading: Reading) -> Annotation:
        said = [self._look(picture, reading.known_pictures) for picture in reading.pictures[:MOST]]
        said += [_unread(picture) for picture in reading.pictures[MOST:]]
        gravest = min(said, key=lambda one: (GRAVITY.index(one["label"]), -one["confidence"]))
        return Annotation(gravest["label"], gravest["confidence"], {"pictures": said})

    def _look(self, picture: Picture, known: Sequence[str]) -> dict[str, Any]:
        image, detector = pictures.opened(picture.content()), self._detector()
        if image is None:
            return _unread(picture)
        mark = pictures.fingerprint(image)
        told = {"key": picture.key, "fingerprint": mark}
        if pictures.telling(mark) and any(pictures.alike(mark, one) for one in known):
            return {**told, "label": "known", "confidence": 0.95}
        if detector is None:
            return {**told, "label": "unread", "confidence": 1.0}
        parts = _bare(detector.detect(np.asarray(image)[:, :, ::-1].copy()))
        if parts and max(parts.values()) >= FROM:
            return {**told, "label": "nude", "confidence": max(parts.values()), "parts": parts}
        return {**told, "label": "ok", "confidence": round(1 - max(parts.values(), default=0.05), 3)}


def _bare(found: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """The highest score of each part that counts."""
    parts: dict[str, float] = {}
    for one in found:
        if one["class"] in BARE:
            parts[one["class"]] = max(parts.get(one["class"], 0.0), round(float(one["score"]), 3))
    return parts


def _unread(picture: Picture) -> dict[str, Any]:
    return {"key": picture.key, "label": "unread", "confidence": 1.0}


@cache
def _blind() -> bool:
    """Whether nothing here can open a picture."""
    return "pillow" in pictures.missing()


@cache
def _nudenet() -> Detector | None:
    """The detector, loaded at the first picture; None where it is not installed."""
    if "nudenet" in pictures.missing():
        return None
    from nudenet import NudeDetector

    detector: Detector = NudeDetector()
    return detector


STAGE = Image(_nudenet)
