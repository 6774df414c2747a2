"""What is personal in texts, found before anything leaves for a model."""

import re
from collections.abc import Sequence

from binome.inbox.models import Conversation
from binome.llm.redaction import Redaction
from binome.understanding import private
from binome.understanding.private import Spans as Spans
from binome.understanding.private import personal_in as personal_in


def people_in(conversation: Conversation) -> dict[str, str]:
    """The names and addresses by which the member of a conversation is known: {words: kind}."""
    return private.names_of(conversation.member)


def masked(texts: Sequence[str], names: Sequence[str]) -> list[str]:
    """Texts without anything personal, for good: nothing brings it back. *names*: of people who may be named in them."""
    words = {word: "name" for name in names for word in (name, *name.split()) if len(word.strip()) > 2}
    found = personal_in(texts)
    greeted = [[*spans, *_greeted(text)] for text, spans in zip(texts, found, strict=True)]
    return [Redaction().hide(text, spans, words=words) for text, spans in zip(texts, greeted, strict=True)]


_GREETED = re.compile(
    r"\b(?:bonjour|bonsoir|salut|coucou|hello|hi|hey|dear|ch[eè]re?|merci|thanks|madame|monsieur|mme|mr|mrs|ms)[ \u00a0]+"
    r"((?-i:[A-ZÀ-Ý])[\w'’-]+(?:[ \u00a0](?-i:[A-ZÀ-Ý])[\w'’-]+)?)",
    re.IGNORECASE,
)


def _greeted(text: str) -> Spans:
    """Who is addressed by name: in replies of long ago nothing else tells who that was."""
    return [{"kind": "name", "start": match.start(1), "end": match.end(1)} for match in _GREETED.finditer(text)]
