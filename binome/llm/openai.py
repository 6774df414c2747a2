"""Servers that speak like OpenAI's: Mistral, vLLM, llama.cpp, Ollama and many others (POST /chat/completions)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from binome.llm.calling import number, post
from binome.llm.errors import Nonsense, Refused
from binome.llm.protocol import Answer, Said, Schema, Usage


@dataclass(frozen=True)
class Model:
    """*counts_thoughts*: the limit of tokens has the newer name that OpenAI itself asks for."""

    address: str
    name: str
    key: str = field(repr=False)
    private_networks: bool = False
    counts_thoughts: bool = False

    def complete(
        self, messages: Sequence[Said], *, schema: Schema | None = None, most_tokens: int, seconds: float
    ) -> Answer:
        """One completion; a server that does not know the format asked for is asked without it."""
        limit = "max_completion_tokens" if self.counts_thoughts else "max_tokens"
        said = [{"role": one.by, "content": one.text} for one in messages]
        body = {"model": self.name, "messages": said, limit: most_tokens, "stream": False}
        if schema is None:
            return self._asked(body, seconds)
        try:
            return self._asked({**body, "response_format": _format(schema)}, seconds)
        except Refused:  # it did nothing, so this is no second try of the same
            return self._asked(body, seconds)

    def _asked(self, body: Mapping[str, Any], seconds: float) -> Answer:
        headers = {"authorization": f"Bearer {self.key}"} if self.key else {}
        url = f"{self.address}/chat/completions"
        return _read(
            post(url, body, headers, key=self.key, private_networks=self.private_networks, seconds=seconds), self.name
        )


def _format(schema: Schema) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": dict(schema)}}


def _read(answer: Mapping[str, Any], name: str) -> Answer:
    try:
        choice = answer["choices"][0]
        text = choice["message"]["content"]
    except (KeyError, IndexError, TypeError):
        raise Nonsense(Nonsense.__doc__) from None
    if not isinstance(text, str):
        raise Nonsense(Nonsense.__doc__)
    return Answer(text, _usage(answer.get("usage")), choice.get("finish_reason") != "length", name)


def _usage(told: object) -> Usage | None:
    if not isinstance(told, dict) or "prompt_tokens" not in told:
        return None
    return Usage(number(told["prompt_tokens"]), number(told.get("completion_tokens")))
