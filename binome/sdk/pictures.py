"""Opening pictures that strangers sent, small and safely, and knowing them again. Needs the extra `images`.

A picture is decoded only if its header announces few enough dots; what is given out is never its own bytes.
"""

import io
import warnings
from importlib.util import find_spec
from typing import Any

import numpy as np

MOST_DOTS = 40_000_000
"""Dots of a picture that is opened: a phone's camera takes up to about fifty million, most of them far fewer."""

LARGEST_SIDE = 1_280
"""Dots of the longer side of what is given out."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
"""Decoders that strangers' bytes may reach: no others, so no PostScript, no TIFF."""

ALIKE = 6
"""Of the 64 bits of two fingerprints, how many may differ in the same picture made smaller, compressed or sent again."""

_WIDTH, _HEIGHT = 9, 8


def missing() -> list[str]:
    """What must be installed for pictures to be read; empty when all is there."""
    return [package for module, package in (("PIL", "pillow"), ("nudenet", "nudenet")) if find_spec(module) is None]


def opened(content: bytes) -> Any | None:
    """The first image of the picture as it is looked at, in red, green and blue (a Pillow image), at most `LARGEST_SIDE`.

    None for what is no picture, is broken, or is larger than one opens; never raises on any bytes.
    """
    if find_spec("PIL") is None or not content:
        return None
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about sizes: we count the dots ourselves, below
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                if image.width * image.height > MOST_DOTS:
                    return None
                image.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))  # a JPEG is decoded smaller at once
                upright = ImageOps.exif_transpose(image)
                upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
                return upright.convert("RGB")
    except Exception:
        return None


def shown(content: bytes) -> bytes | None:
    """The picture drawn anew as a JPEG, to be shown in a page: nothing of the sender's file is left, its place included."""
    image = opened(content)
    if image is None:
        return None
    drawn = io.BytesIO()
    image.save(drawn, format="JPEG", quality=82)
    return drawn.getvalue()


def fingerprint(image: Any) -> str:
    """Sixteen figures that a picture keeps when it is made smaller, lighter or compressed again (a difference hash)."""
    grey = np.asarray(image.convert("L").resize((_WIDTH, _HEIGHT), resample=_box()), np.int16)
    bits = (grey[:, 1:] > grey[:, :-1]).ravel()
    return np.packbits(bits).tobytes().hex()


def alike(one: str, other: str) -> bool:
    """Whether two fingerprints are of the same picture."""
    return (int(one, 16) ^ int(other, 16)).bit_count() <= ALIKE


def telling(mark: str) -> bool:
    """Whether a fingerprint can be known again: a picture of one colour has that of every other."""
    return ALIKE < int(mark, 16).bit_count() < 64 - ALIKE


def _box() -> Any:
    from PIL import Image

    return Image.Resampling.BOX
