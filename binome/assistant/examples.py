"""How the team writes: past replies of its own to questions like this one, for a model to take the tone from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from binome.assistant.hiding import masked
from binome.assistant.models import Suggestion
from binome.autonomy.models import Act
from binome.inbox import selectors as inbox
from binome.inbox.selectors import Answered
from binome.kit import encoder
from binome.kit.text import excerpt
from binome.knowledge.memory import selectors as memory
from binome.workspaces.models import Workspace

SHOWN = 3
LOOKED_AT = 150
"""The latest replies among which the nearest are chosen."""


@dataclass(frozen=True)
class Example:
    """A question of the past and what the team replied, with nothing personal left; *ref*: which case or message it is."""

    question: str
    answer: str
    ref: str


class Examples(Protocol):
    """Chooses examples, the best first; nothing personal is left in them."""

    def __call__(self, workspace: Workspace, question: str, language: str) -> Sequence[Example]: ...


def best(workspace: Workspace, question: str, language: str) -> Sequence[Example]:
    """From the reply memory where it knows such a case, by what came of it; else from the conversations kept here."""
    return from_memory(workspace, question, language) or from_conversations(workspace, question, language)


def from_memory(workspace: Workspace, question: str, language: str) -> Sequence[Example]:
    """Cases of the past that the question resembles, but those that are out of date or turned out badly."""
    cases = memory.past_cases(workspace, question, SHOWN * 2)
    good = [one for one in cases if one.language == language and not one.out_of_date and one.outcome.weight >= 0]
    pairs = [(one.question, one.answer, one.author, f"case:{one.case}") for one in good[:SHOWN]]
    return _without_anybody(pairs)


def from_conversations(workspace: Workspace, question: str, language: str) -> Sequence[Example]:
    """Replies written by the team itself to the questions that come nearest, the nearest first."""
    answered = _in_their_own_words(inbox.answered_by_people(workspace, language, LOOKED_AT))
    if not answered:
        return []
    vectors = encoder.encode([question, *(one.question for one in answered)])
    nearest = np.argsort(-(vectors[1:] @ vectors[0]), kind="stable")[:SHOWN]
    chosen = [answered[int(place)] for place in nearest]
    return _without_anybody([(one.question, one.answer, one.member, f"message:{one.reply}") for one in chosen])


def _in_their_own_words(answered: Sequence[Answered]) -> list[Answered]:
    """Without those that a model had drafted, however a person changed them: it would learn its own tone."""
    drafted = Suggestion.objects.filter(reply__in=[one.reply for one in answered], lane__act=Act.DRAFT)
    machine = set(drafted.values_list("reply", flat=True))
    return [one for one in answered if one.reply not in machine]


def _without_anybody(pairs: Sequence[tuple[str, str, str, str]]) -> list[Example]:
    """(question, answer, somebody's name, what it is) as examples."""
    texts = [text for question, answer, _name, _ref in pairs for text in (question, answer)]
    hidden = masked(texts, [name for _question, _answer, name, _ref in pairs])
    return [
        Example(excerpt(hidden[2 * place], 300), excerpt(hidden[2 * place + 1], 600), ref)
        for place, (_question, _answer, _name, ref) in enumerate(pairs)
    ]
