"""How the AI's words are put: an approved answer, with touches from a closed list, and never without saying who speaks."""

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from binome.assistant import touches
from binome.assistant.models import ChannelVoice, Voice
from binome.assistant.reasons import to_member
from binome.assistant.touches import Approved, Manner, Moment, Worded
from binome.channels import services as channels
from binome.inbox.models import Conversation
from binome.kit import clock
from binome.knowledge.models import Source


@dataclass
class Manners:
    """How each workspace wants answers put, read once for a whole batch."""

    voices: dict[int, Voice] = field(default_factory=dict)
    channels: dict[int, dict[int, str]] = field(default_factory=dict)

    def of(self, conversation: Conversation, language: str) -> Manner:
        """The manner of one channel, in one language."""
        workspace = conversation.workspace_id
        if workspace not in self.voices:
            self.voices[workspace] = Voice.objects.filter(workspace=workspace).first() or Voice()
            apart = ChannelVoice.objects.filter(channel__workspace=workspace)
            self.channels[workspace] = dict(apart.values_list("channel", "address"))
        voice = self.voices[workspace]
        return Manner(
            greets=voice.greets,
            names=voice.names,
            by_hour=voice.by_hour,
            address=self.channels[workspace].get(conversation.channel_id, str(voice.address)),
            signature=voice.signature_fr if language == "fr" else voice.signature_en,
            links=voice.links,
            products=tuple(voice.products),
        )


def worded(approved: Approved, conversation: Conversation, language: str, *, manner: Manner, said: str) -> Worded:
    """The approved answer (an entry's, or a prepared reply) as it would be put to somebody who *said* this."""
    member = conversation.member.name if conversation.member else ""
    hour = clock.now().astimezone(ZoneInfo(conversation.workspace.time_zone)).hour
    moment = Moment(member, said, hour, language, letter=not is_chat(conversation))
    with translation.override(language):
        return touches.worded(approved, manner, moment)


def signed(text: str, conversation: Conversation, language: str) -> str:
    """What is sent alone: by letter it ends by saying that an AI answers; a chat of ours says so on its page."""
    if is_chat(conversation):
        return text
    with translation.override(language):
        return f"{text}\n\n{_disclosure(conversation)}"


def fits(text: str, conversation: Conversation) -> bool:
    """Whether the platform takes a text of this length."""
    return len(text) <= channels.manifests()[conversation.channel.connector].limits.characters


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


def _disclosure(conversation: Conversation) -> str:
    workspace = conversation.workspace.name
    return _(
        "— This answer was sent by the automatic assistant of {workspace}. Reply “a person” and somebody of the team "
        "will read you."
    ).format(workspace=workspace)
