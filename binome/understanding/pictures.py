"""The pictures that came with messages: given to the stages as bytes, and those that a workspace wants to see each time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from binome.accounts.models import User
from binome.inbox.models import Attachment, Message
from binome.journal import services as journal
from binome.sdk import pictures
from binome.understanding import closer
from binome.understanding.facts import PictureKnown
from binome.understanding.models import Annotation, CloserLook, KnownPicture, Understood

STAGE = "image"

Seen = Mapping[str, Any]
"""What was found in one picture, as the stage tells it: "label", "confidence", "fingerprint"."""


class NotSeen(LookupError):
    """This picture has not been read, so it cannot be known again."""


@dataclass(frozen=True)
class Stored:
    """A picture as it is kept here."""

    attachment: Attachment

    @property
    def key(self) -> str:
        return str(self.attachment.pk)

    def content(self) -> bytes:
        return content_of(self.attachment)


def content_of(attachment: Attachment) -> bytes:
    """The bytes of a file that came with a message; empty where it was too large to be kept, or is gone."""
    if not attachment.file:
        return b""
    try:
        with attachment.file.open() as opened:
            return bytes(opened.read())
    except OSError:
        return b""


def of_message(message: int) -> tuple[Stored, ...]:
    """The pictures of a message, in the order in which they came."""
    rows = Attachment.objects.filter(message=message).order_by("pk")
    return tuple(Stored(one) for one in rows if one.is_picture)


def known_in(workspace: int) -> tuple[str, ...]:
    """Fingerprints of the pictures that this workspace wants to see each time."""
    return tuple(KnownPicture.objects.filter(workspace=workspace).values_list("fingerprint", flat=True))


def seen_in(evidence: Mapping[str, Any]) -> dict[str, Seen]:
    """What an annotation says of each picture, by its key."""
    return {one["key"]: one for one in evidence.get("pictures", [])}


@transaction.atomic
def know(attachment: Attachment, *, user: User) -> None:
    """From now on, a message with this picture in it says so, and goes to a person."""
    message = attachment.message
    mark = _mark(attachment)
    if not any(pictures.alike(mark, one) for one in known_in(message.workspace_id)):
        KnownPicture.objects.create(workspace_id=message.workspace_id, fingerprint=mark, by=user)
    _changed(message, user, known=True)


@transaction.atomic
def forget(attachment: Attachment, *, user: User) -> None:
    """It is a picture like any other again."""
    message, mark = attachment.message, _mark(attachment)
    for one in KnownPicture.objects.filter(workspace=message.workspace_id):
        if pictures.alike(mark, one.fingerprint):
            one.delete()
    _changed(message, user, known=False)


def _mark(attachment: Attachment) -> str:
    """The fingerprint that was read; `NotSeen` if none was, or if it would be that of many pictures."""
    message = attachment.message_id
    said = Annotation.objects.filter(message=message, stage=STAGE).values_list("evidence", flat=True).first()
    if said is None:
        whole = Understood.objects.filter(message=message).values_list(f"said__{STAGE}", flat=True).first()
        said = whole[3] if whole and len(whole) > 3 else {}
    mark = seen_in(said).get(str(attachment.pk), {}).get("fingerprint", "")
    if not mark or not pictures.telling(mark):
        raise NotSeen(NotSeen.__doc__)
    return str(mark)


def _changed(message: Message, user: User, *, known: bool) -> None:
    closer.again(message.pk, CloserLook.Of.PICTURES)
    fact = PictureKnown(message.pk, message.conversation_id, known)
    journal.record(fact, workspace_id=message.workspace_id, actor=f"user:{user.pk}")
