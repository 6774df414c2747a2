"""Pictures that strangers sent: opened small and safely, drawn anew, known again."""

import io
import zlib
from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from binome.sdk import pictures
from tests.doubles.pictures import photo, png


def test_a_picture_is_opened_upright_small_and_in_colours():
    turned = Image.new("RGB", (3_000, 1_000))
    exif = Image.Exif()
    exif[0x0112] = 6  # held sideways
    sent = io.BytesIO()
    turned.save(sent, "JPEG", exif=exif)
    image = pictures.opened(sent.getvalue())
    assert (image.mode, image.size) == ("RGB", (427, 1_280))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_the_usual_kinds_are_opened(kind: str):
    assert pictures.opened(photo(kind=kind)) is not None


@pytest.mark.parametrize("content", [b"", b"hello", b"%!PS-Adobe-3.0 EPSF-3.0", b"<svg/>", photo()[:200], png(32)[:40]])
def test_what_is_no_picture_or_a_broken_one_is_not_opened(content: bytes):
    assert pictures.opened(content) is None
    assert pictures.shown(content) is None


def test_a_small_file_that_announces_a_huge_picture_is_not_decoded():
    header = pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(bytes(10_000_000)))
    assert len(bomb) < 20_000
    assert pictures.opened(bomb) is None


@given(st.binary(max_size=400), st.integers(0, 300))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_any_bytes_are_looked_at_without_raising(noise: bytes, place: int):
    whole = png(24)
    pictures.opened(noise)
    pictures.opened(whole[:place] + noise + whole[place + len(noise) :])


def test_what_is_shown_has_nothing_left_of_the_senders_file():
    exif = Image.Exif()
    exif[0x010F] = "the camera of somebody"
    sent = io.BytesIO()
    Image.open(io.BytesIO(photo())).save(sent, "JPEG", exif=exif)
    assert b"the camera of somebody" in sent.getvalue()
    shown = pictures.shown(sent.getvalue())
    assert shown is not None
    assert shown.startswith(b"\xff\xd8")
    assert b"the camera of somebody" not in shown


def test_a_picture_is_known_again_smaller_lighter_and_of_another_kind_and_another_is_not():
    marks = [pictures.fingerprint(pictures.opened(photo(7, size=size, kind=kind, quality=quality)))
             for size, kind, quality in ((800, "PNG", 90), (200, "JPEG", 30), (333, "WEBP", 50))]  # fmt: skip
    assert all(pictures.alike(marks[0], mark) for mark in marks)
    others = [pictures.fingerprint(pictures.opened(photo(seed))) for seed in range(8, 40)]
    assert not any(pictures.alike(marks[0], other) for other in others)
    assert all(pictures.telling(mark) for mark in marks)


def test_a_picture_of_one_colour_cannot_be_known_again():
    plain = pictures.fingerprint(Image.new("RGB", (100, 100), "white"))
    assert not pictures.telling(plain)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))
