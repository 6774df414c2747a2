"""Models whose answers are kept, and played again without any model: for tests, evaluations, and replays.

A recording holds what was said (already without personal data) and what was answered, never a key: the key is part of
the connection, not of the question.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path

from binome.llm.errors import NotReached
from binome.llm.protocol import Answer, Model, Said, Schema, Usage


@dataclass
class Recorder:
    """Asks a model and writes each exchange as a line of a file."""

    model: Model
    path: Path

    def complete(
        self, messages: Sequence[Said], *, schema: Schema | None = None, most_tokens: int, seconds: float
    ) -> Answer:
        answer = self.model.complete(messages, schema=schema, most_tokens=most_tokens, seconds=seconds)
        line = {
            "asked": digest(messages, schema),
            "messages": [asdict(one) for one in messages],
            "answer": asdict(answer),
        }
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")
        return answer


@dataclass
class Replayed:
    """Answers what was answered to the very same question; `NotReached` to any other."""

    answers: Mapping[str, Answer] = field(default_factory=dict)

    def complete(
        self, messages: Sequence[Said], *, schema: Schema | None = None, most_tokens: int, seconds: float
    ) -> Answer:
        found = self.answers.get(digest(messages, schema))
        if found is None:
            raise NotReached("this question is not in the recording")
        return found


def replayed(path: Path) -> Replayed:
    """A recording from its file."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return Replayed({line["asked"]: _answer(line["answer"]) for line in lines})


def digest(messages: Sequence[Said], schema: Schema | None) -> str:
    """What tells one question from another."""
    asked = [[one.by, one.text] for one in messages], dict(schema or {})
    return sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:24]


def _answer(kept: Mapping[str, object]) -> Answer:
    usage = kept["usage"]
    return Answer(
        str(kept["text"]),
        Usage(**usage) if isinstance(usage, dict) else None,
        bool(kept["finished"]),
        str(kept["model"]),
    )
