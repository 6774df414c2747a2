"""What pictures show is told with the gravest first; the detector here finds what the test says."""

from dataclasses import dataclass
from importlib.util import find_spec

import pytest

from binome.sdk import pictures
from binome.sdk.pipeline import stages
from binome.sdk.stage import Annotation, Reading
from tests.doubles.pictures import Watcher, photo


@dataclass(frozen=True)
class Sent:
    key: str
    file: bytes

    def content(self) -> bytes:
        return self.file


def stage(detector: Watcher | None):
    """The stage as it is installed, with this detector."""
    return type(next(one for one in stages() if one.name == "image"))(lambda: detector)


def said(detector: Watcher | None, *sent: bytes, known: tuple[str, ...] = ()) -> Annotation:
    shown = tuple(Sent(str(number), one) for number, one in enumerate(sent))
    [annotation] = stage(detector).read([Reading("look", pictures=shown, known_pictures=known)])
    return annotation


def found(part: str, score: float) -> dict[str, object]:
    return {"class": part, "score": score, "box": [0, 0, 1, 1]}


def test_a_message_without_a_picture_gets_no_annotation():
    assert list(stage(Watcher()).read([Reading("nothing here")])) == [None]


def test_bare_parts_make_a_picture_one_of_nudity_with_the_highest_score():
    bare = Watcher([found("BELLY_EXPOSED", 0.9), found("BUTTOCKS_EXPOSED", 0.42), found("BUTTOCKS_EXPOSED", 0.31)])
    annotation = said(bare, photo())
    assert (annotation.label, annotation.confidence) == ("nude", 0.42)
    assert annotation.evidence["pictures"][0]["parts"] == {"BUTTOCKS_EXPOSED": 0.42}
    assert bare.seen == [(300, 400, 3)]


@pytest.mark.parametrize("finds", [[], [found("FEET_EXPOSED", 0.9)], [found("FEMALE_BREAST_EXPOSED", 0.2)]])
def test_what_is_covered_or_hardly_seen_is_nothing_to_warn_of(finds):
    assert said(Watcher(finds), photo()).label == "ok"


def test_the_gravest_of_several_pictures_is_what_is_said_of_the_message():
    mark = pictures.fingerprint(pictures.opened(photo(2)))
    annotation = said(Watcher(), photo(1), b"broken", photo(2), known=(mark,))
    assert annotation.label == "known"
    assert [one["label"] for one in annotation.evidence["pictures"]] == ["ok", "unread", "known"]


def test_what_cannot_be_opened_or_is_one_too_many_is_unread():
    assert said(Watcher(), b"broken").label == "unread"
    labels = [one["label"] for one in said(Watcher(), *[photo()] * 10).evidence["pictures"]]
    assert labels == ["ok"] * 8 + ["unread"] * 2


def test_without_a_detector_known_pictures_are_known_and_all_others_unread():
    mark = pictures.fingerprint(pictures.opened(photo(2)))
    assert said(None, photo(2), known=(mark,)).label == "known"
    assert said(None, photo(3), known=(mark,)).label == "unread"


def test_a_plain_picture_is_never_taken_for_a_known_one():
    from tests.doubles.pictures import png

    plain = pictures.fingerprint(pictures.opened(png(60)))
    assert said(Watcher(), png(90), known=(plain,)).label == "ok"


@pytest.mark.skipif(find_spec("nudenet") is None, reason="the extra `images` is not installed")
def test_the_real_detector_finds_nothing_in_blots_of_colour():
    installed = next(one for one in stages() if one.name == "image")
    shown = tuple(Sent(str(seed), photo(seed)) for seed in range(4))
    [annotation] = installed.read([Reading("look", pictures=shown)])
    assert annotation.label == "ok"
    assert [one["label"] for one in annotation.evidence["pictures"]] == ["ok"] * 4
