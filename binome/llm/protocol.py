"""What is asked of a language model, and what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Schema = Mapping[str, Any]
"""A JSON Schema that the answer should follow; what comes back is checked all the same."""


@dataclass(frozen=True)
class Said:
    """One turn of what is given to a model."""

    by: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True)
class Usage:
    """Tokens read and written, as the provider counts them."""

    read: int
    written: int

    @property
    def tokens(self) -> int:
        return self.read + self.written


@dataclass(frozen=True)
class Answer:
    """What a model wrote. *finished* is False where it was cut by the limit; *usage* is None where nobody told it."""

    text: str
    usage: Usage | None
    finished: bool = True
    model: str = ""


class Model(Protocol):
    """One model that can be asked. Nothing is streamed, nothing is tried twice."""

    def complete(
        self, messages: Sequence[Said], *, schema: Schema | None = None, most_tokens: int, seconds: float
    ) -> Answer:
        """The answer within *seconds*, of *most_tokens* at most; one of `binome.llm.errors` otherwise."""
        ...
