"""How the AI's words are put: an approved answer, with touches from a closed list, and never without saying who speaks."""

import re
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from binome.assistant.reasons import to_member
from binome.channels import services as channels
from binome.inbox.models import Conversation
from binome.knowledge.models import Source

_NAME = re.compile(r"(?:[^\W\d_]+[ '’-]?){1,4}")


def answer(source: Source, conversation: Conversation, language: str, *, alone: bool) -> str:
    """The approved answer as it would be sent; by letter it has a greeting, and alone it says that an AI answers."""
    if is_chat(conversation):
        return source.answer
    with translation.override(language):
        parts = [_greeting(conversation), source.answer, _signed(conversation) if alone else ""]
    return "\n\n".join(part for part in parts if part)


def fits(source: Source, conversation: Conversation, language: str) -> bool:
    """Whether the platform takes the answer as it would be sent."""
    limits = channels.manifests()[conversation.channel.connector].limits
    return len(answer(source, conversation, language, alone=True)) <= limits.characters


def passing_on(reason: str, language: str) -> str:
    """What the member is told when a person is needed."""
    with translation.override(language):
        return to_member(reason)


def cited(source: Source) -> list[dict[str, Any]]:
    """The source, as the member sees it."""
    return [{"source": source.pk, "title": source.question, "url": source.url}]


def is_chat(conversation: Conversation) -> bool:
    """Whether the member is reading at this moment, in a place of ours that says who speaks."""
    return channels.manifests()[conversation.channel.connector].visible_copy


def disclosed_by(conversation: Conversation) -> str:
    """What tells the member that an AI answers: the page that they read on, or the words of an answer sent alone."""
    return "page" if is_chat(conversation) else "words"


def _greeting(conversation: Conversation) -> str:
    name = conversation.member.name if conversation.member else ""
    name = name if _NAME.fullmatch(name) else ""  # a member chose it: it may be an advertisement or an address
    return _("Hello {name},").format(name=name) if name else pgettext("greeting", "Hello,")


def _signed(conversation: Conversation) -> str:
    workspace = conversation.workspace.name
    return _(
        "— This answer was sent by the automatic assistant of {workspace}. Reply “a person” and somebody of the team "
        "will read you."
    ).format(workspace=workspace)
