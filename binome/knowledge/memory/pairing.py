"""Who was answered what: questions and answers of a thread paired, with what came of each answer."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise

from binome.knowledge.memory import speech
from binome.knowledge.memory.said import MEMBER, Said

LONGEST = 2_000
"""Characters of a question or an answer that are compared."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened after an answer; each field is something that a person can see in the thread."""

    thanked: bool = False
    closed: bool = False
    edited: bool = False
    again: bool = False
    complained: bool = False
    reopened: bool = False

    @property
    def weight(self) -> float:
        """How well it went: above 0 it helped, below it did not."""
        good = 1.0 * self.thanked + 0.25 * (self.closed and not self.reopened)
        return good - 0.4 * self.edited - 0.8 * self.again - 1.0 * self.complained - 0.6 * self.reopened


@dataclass(frozen=True, slots=True)
class Pair:
    """A question with the answer that the team gave, by *author*, and what came of it."""

    thread: str
    question: str
    answer: str
    asked_at: datetime
    answered_at: datetime
    author: str
    channel: str
    language: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said in a row."""

    by: str
    messages: Sequence[Said]

    @property
    def text(self) -> str:
        return "\n".join(one.text for one in self.messages)[:LONGEST]

    @property
    def last(self) -> Said:
        return self.messages[-1]


def pairs_of(thread: Iterable[Said]) -> list[Pair]:
    """The pairs of one thread, whatever the order in which its messages come; the same message twice counts once."""
    once = {(one.id or f"{one.at.isoformat()}{one.by}{one.text}"): one for one in thread}
    ordered = sorted(once.values(), key=lambda one: (one.at, one.by != MEMBER, one.id, one.text))
    turns = [Turn(by, tuple(said)) for by, said in groupby(ordered, key=lambda one: one.by)]
    return list(_pairs(turns))


def _pairs(turns: Sequence[Turn]) -> Iterator[Pair]:
    for place, (asked, answered) in enumerate(pairwise(turns)):
        if asked.by != MEMBER or not speech.asks(asked.text):
            continue
        after = turns[place + 2] if place + 2 < len(turns) else None
        text = asked.text if _says_enough(asked.text) or place < 2 else f"{turns[place - 2].text}\n{asked.text}"
        yield Pair(
            thread=asked.last.thread,
            question=text[:LONGEST],
            answer=answered.text,
            asked_at=asked.messages[0].at,
            answered_at=answered.last.at,
            author=answered.last.author,
            channel=next((one.channel for one in (*asked.messages, *answered.messages) if one.channel), ""),
            language=next((one.language for one in (*asked.messages, *answered.messages) if one.language), ""),
            outcome=_outcome(asked, answered, after),
        )


def _says_enough(text: str) -> bool:
    """Whether a question is clear without what was said before it."""
    return len(speech.telling(speech.without_courtesies(text))) >= 2


def _outcome(asked: Turn, answered: Turn, after: Turn | None) -> Outcome:
    closed = any(one.closed for one in answered.messages)
    edited = any(_changed(one.edited_from, one.text) for one in answered.messages)
    if after is None:
        return Outcome(closed=closed, edited=edited)
    again = speech.asks_again(after.text, asked.text)
    complained = speech.upset(after.text)
    thanked = not again and not complained and speech.thanks(after.text)
    reopened = closed and not thanked
    return Outcome(thanked, closed or any(one.closed for one in after.messages), edited, again, complained, reopened)


def _changed(draft: str, sent: str) -> bool:
    """Whether a person changed what the draft said, not only its commas."""
    return bool(draft) and speech.shared(draft.lower().split(), sent.lower().split()) < 0.9
