"""Pictures are read apart from the messages they came with, once, whatever they do to their reader."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from binome.assistant import services as assistant
from binome.inbox.models import Attachment, Conversation, HandOver, Message
from binome.journal.models import Entry
from binome.kit import clock
from binome.sdk.pipeline import stages
from binome.understanding import looking, pictures, selectors, services
from binome.understanding.models import CloserLook, KnownPicture
from binome.understanding.pictures import NotSeen
from tests import community
from tests.doubles.pictures import Watcher, photo, png

pytestmark = pytest.mark.django_db
NUDE = [{"class": "BUTTOCKS_EXPOSED", "score": 0.8, "box": [0, 0, 1, 1]}]


@pytest.fixture(autouse=True)
def files(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def watcher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watcher]:
    watcher = Watcher()
    monkeypatch.setattr(next(one for one in stages() if one.name == "image"), "_detector", lambda: watcher)
    return watcher


@pytest.fixture
def talk() -> Conversation:
    return community.conversation(community.channel(community.workspace(language="fr")), language="fr")


def sent(talk: Conversation, *contents: bytes, name: str = "photo.png", kind: str = "image/png") -> Message:
    message = community.message(talk, "Regardez")
    for content in contents:
        file = Attachment(message=message, name=name, content_type=kind, size=len(content))
        file.file.save(name, ContentFile(content), save=True)
    return message


def read(message: Message) -> str:
    services.understand([message.pk])
    looking.read_pictures()
    said = selectors.annotations_of([message.pk])[message.pk]
    return said["image"].label if "image" in said else ""


def test_a_picture_is_read_once_after_the_message_and_a_fact_says_so(talk, watcher):
    message = sent(talk, photo())
    services.understand([message.pk])
    assert "image" not in selectors.annotations_of([message.pk])[message.pk]
    assert [looking.read_pictures(), looking.read_pictures()] == [1, 0]
    said = selectors.annotations_of([message.pk])[message.pk]["image"]
    assert (said.label, said.version) == ("ok", "nudenet-3.4/1")
    assert len(watcher.seen) == 1
    assert Entry.objects.get(kind="MessageReadCloser").about == {
        "message": message.pk, "conversation": talk.pk, "of": "pictures",
    }  # fmt: skip


@pytest.mark.parametrize(("name", "kind", "looks"), [
    ("photo.png", "application/octet-stream", 1), ("photo", "image/png", 1), ("bill.pdf", "application/pdf", 0),
])  # fmt: skip
def test_a_picture_is_told_by_its_kind_or_its_name(talk, watcher, name, kind, looks):
    services.understand([sent(talk, photo(), name=name, kind=kind).pk])
    assert CloserLook.objects.count() == looks


def test_what_a_picture_shows_stays_when_the_message_is_read_again(talk, watcher):
    watcher.finds = NUDE
    message = sent(talk, photo())
    assert read(message) == "nude"
    services.annotate([message.pk])
    services.understand([message.pk])
    assert [looking.read_pictures(), selectors.annotations_of([message.pk])[message.pk]["image"].label] == [0, "nude"]


def test_nudity_reaches_a_person_with_its_reason(talk, watcher):
    watcher.finds = NUDE
    message = sent(talk, photo())
    services.understand([message.pk])
    assistant.respond([message.pk])
    assert not HandOver.objects.filter(reason="nudity").exists()
    looking.read_pictures()
    assistant.reconsider([message.pk])
    assert HandOver.objects.latest("pk").reason == "nudity"
    assistant.reconsider([message.pk])
    assert HandOver.objects.filter(reason="nudity").count() == 1
    talk.refresh_from_db()
    assert talk.needs_person


def test_a_picture_that_is_known_goes_to_a_person_each_time_however_small_it_comes_back(talk, watcher):
    user = community.teammate(talk.workspace)
    first = sent(talk, photo(5))
    assert read(first) == "ok"
    pictures.know(first.attachments.get(), user=user)
    looking.read_pictures()
    assert selectors.annotations_of([first.pk])[first.pk]["image"].label == "known"
    assert read(sent(talk, photo(5, size=150, kind="JPEG", quality=40))) == "known"
    assert read(sent(talk, photo(6))) == "ok"
    elsewhere = community.conversation(community.channel(community.workspace()))
    assert read(sent(elsewhere, photo(5))) == "ok"
    fact = Entry.objects.get(kind="PictureKnown")
    assert (fact.about["known"], fact.actor) == (True, f"user:{user.pk}")


def test_a_known_picture_may_be_forgotten(talk, watcher):
    user = community.teammate(talk.workspace)
    message = sent(talk, photo(5))
    read(message)
    pictures.know(message.attachments.get(), user=user)
    pictures.know(message.attachments.get(), user=user)
    assert KnownPicture.objects.count() == 1
    looking.read_pictures()
    pictures.forget(message.attachments.get(), user=user)
    looking.read_pictures()
    assert not KnownPicture.objects.exists()
    assert selectors.annotations_of([message.pk])[message.pk]["image"].label == "ok"


def test_what_was_not_read_or_looks_like_every_other_cannot_be_known(talk, watcher):
    user = community.teammate(talk.workspace)
    unread, plain = sent(talk, b"broken"), sent(talk, png(50))
    assert [read(unread), read(plain)] == ["unread", "ok"]
    for message in (unread, plain):
        with pytest.raises(NotSeen):
            pictures.know(message.attachments.get(), user=user)
    assert not KnownPicture.objects.exists()


def test_a_reader_that_dies_on_a_picture_meets_it_once_and_it_is_told_as_unread(talk, watcher, monkeypatch):
    message = sent(talk, photo())
    services.understand([message.pk])
    monkeypatch.setattr(looking, "_seen", _die)
    with pytest.raises(SystemExit):
        looking.read_pictures()
    assert looking.read_pictures() == 0
    CloserLook.objects.update(claimed_at=clock.now() - timedelta(minutes=6))
    assert looking.read_pictures() == 0
    assert CloserLook.objects.get().failure == "interrupted"
    assert selectors.annotations_of([message.pk])[message.pk]["image"].label == "unread"


def test_a_detector_that_breaks_holds_up_nothing(talk, watcher):
    watcher.breaks = True
    assert read(sent(talk, photo())) == ""
    watcher.breaks = False
    assert read(sent(talk, photo())) == "ok"


def test_a_file_that_is_gone_is_unread(talk, watcher, files):
    message = sent(talk, photo())
    for kept in files.rglob("*.png"):
        kept.unlink()
    assert read(message) == "unread"


def test_pictures_of_a_message_taken_back_are_not_looked_at(talk, watcher):
    message = sent(talk, photo())
    services.understand([message.pk])
    services.forget([message.pk])
    assert [looking.read_pictures(), watcher.seen] == [0, []]


def _die(_look: object) -> None:
    raise SystemExit
