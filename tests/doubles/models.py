"""Language models for tests: they say what they are told to, and remember what they were asked."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from binome.llm.errors import ModelFailed
from binome.llm.protocol import Answer, Said, Schema, Usage


@dataclass
class Parrot:
    """Answers each question with the same words, or with what *says* makes of the question, or fails."""

    says: str | Callable[[Sequence[Said]], str] = "Bonjour,"
    fails: ModelFailed | None = None
    usage: Usage | None = field(default_factory=lambda: Usage(100, 20))
    finished: bool = True
    asked: list[Sequence[Said]] = field(default_factory=list)

    def complete(
        self, messages: Sequence[Said], *, schema: Schema | None = None, most_tokens: int, seconds: float
    ) -> Answer:
        self.asked.append(messages)
        if self.fails:
            raise self.fails
        text = self.says if isinstance(self.says, str) else self.says(messages)
        return Answer(text, self.usage, self.finished, "parrot")

    @property
    def heard(self) -> str:
        """All that it was ever given."""
        return "\n".join(one.text for messages in self.asked for one in messages)


def reply(text: str) -> str:
    """A draft in the form that is asked for."""
    return json.dumps({"reply": text}, ensure_ascii=False)
