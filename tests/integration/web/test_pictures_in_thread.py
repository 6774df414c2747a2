"""Pictures are veiled until one asks unless nothing was found in them, and never served as their sender made them."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from binome.inbox.models import Attachment, Conversation
from binome.understanding.models import KnownPicture
from binome.web.inbox import pictures
from binome.workspaces.models import Role
from tests import community
from tests.doubles.pictures import photo
from tests.understood import annotate

pytestmark = pytest.mark.django_db
MARK = "0123456789abcdef"


@pytest.fixture(autouse=True)
def files(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def talk() -> Conversation:
    return community.conversation(community.channel(community.workspace(language="fr")), needs_person=True)


def sent(talk: Conversation, content: bytes = b"", label: str = "", name: str = "photo.png") -> Attachment:
    message = community.message(talk, "Regardez")
    file = Attachment(message=message, name=name, content_type="image/png", size=len(content))
    file.file.save(name, ContentFile(content or photo()), save=True)
    if label:
        seen = {"key": str(file.pk), "label": label, "confidence": 0.8, "fingerprint": MARK}
        annotate(message, image=(label, 0.8, {"pictures": [seen]}))
    return file


def client(talk: Conversation, role: Role = Role.OPERATOR) -> Client:
    user = community.teammate(talk.workspace, role)
    user.language = "en"
    user.save()
    signed_in = Client()
    signed_in.force_login(user)
    return signed_in


def page(talk: Conversation, role: Role = Role.OPERATOR) -> str:
    return client(talk, role).get(f"/w/{talk.workspace.slug}/inbox/{talk.pk}/").content.decode()


def address(talk: Conversation, file: Attachment, what: str) -> str:
    return f"/w/{talk.workspace.slug}/inbox/{talk.pk}/files/{file.pk}/{what}/"


def test_a_picture_in_which_nothing_was_found_is_shown(talk):
    file = sent(talk, label="ok")
    text = page(talk)
    assert '<details class="picture" open>' in text
    assert f'<img src="{address(talk, file, "picture")}" alt="Picture received: photo.png" loading="lazy"' in text


@pytest.mark.parametrize(("label", "says"), [
    ("nude", "Nudity, perhaps"), ("known", "A picture that you want to see each time"),
    ("unread", "To be checked before it is opened"), ("", "Not read yet"),
])  # fmt: skip
def test_any_other_is_veiled_until_one_asks(talk, label, says):
    sent(talk, label=label)
    text = page(talk)
    assert '<details class="picture">' in text
    assert f">{says}</span>" in text
    assert "Show it" in text


def test_where_pictures_cannot_be_opened_they_are_files_like_others(talk, monkeypatch):
    monkeypatch.setattr(pictures.opening, "missing", lambda: ["pillow", "nudenet"])
    sent(talk)
    text = page(talk)
    assert "<img" not in text.partition('class="flow"')[2].partition("composer")[0]
    assert '<a class="file"' in text


def test_what_is_served_is_drawn_anew(talk):
    file = sent(talk, content=photo())
    answer = client(talk).get(address(talk, file, "picture"))
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert answer.content.startswith(b"\xff\xd8")


@pytest.mark.parametrize("content", [b"<html><script>alert(1)</script>", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_what_is_no_picture_is_not_served(talk, content):
    file = sent(talk, content=content)
    assert client(talk).get(address(talk, file, "picture")).status_code == 404


def test_a_picture_is_flagged_and_flagged_no_more(talk):
    file, operator = sent(talk, label="ok"), client(talk)
    assert operator.post(address(talk, file, "known")).status_code == 302
    assert KnownPicture.objects.get().fingerprint == MARK
    operator.post(address(talk, file, "known"), {"do": "forget"})
    assert not KnownPicture.objects.exists()


def test_who_only_looks_flags_nothing(talk):
    file = sent(talk, label="ok")
    assert "Flag it each time" not in page(talk, Role.VIEWER)
    assert client(talk, Role.VIEWER).post(address(talk, file, "known")).status_code == 403
    assert not KnownPicture.objects.exists()
