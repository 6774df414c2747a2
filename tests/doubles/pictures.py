"""Pictures made on the spot: blots of colour, each number its own; and a detector that finds what it is told to."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from PIL import Image, ImageDraw


def photo(seed: int = 1, *, size: int = 400, kind: str = "PNG", quality: int = 85) -> bytes:
    """A picture of blots that no other number has."""
    chance = Random(seed)
    image = Image.new("RGB", (400, 300), (chance.randrange(256), chance.randrange(256), chance.randrange(256)))
    pen = ImageDraw.Draw(image)
    for _blot in range(25):
        left, top, side = chance.randrange(-80, 380), chance.randrange(-80, 280), chance.randrange(40, 160)
        colour = (chance.randrange(256), chance.randrange(256), chance.randrange(256))
        pen.ellipse((left, top, left + side, top + side), fill=colour)
    written = io.BytesIO()
    image.resize((size, size * 3 // 4)).save(written, kind, quality=quality)
    return written.getvalue()


def png(side: int) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(written, "PNG")
    return written.getvalue()


@dataclass
class Watcher:
    """A detector that finds the same in every picture, and remembers the sizes of what it was shown."""

    finds: Sequence[Mapping[str, Any]] = ()
    seen: list[Any] = field(default_factory=list)
    breaks: bool = False

    def detect(self, dots: Any) -> Sequence[Mapping[str, Any]]:
        self.seen.append(dots.shape)
        if self.breaks:
            raise RuntimeError("the detector broke")
        return self.finds
