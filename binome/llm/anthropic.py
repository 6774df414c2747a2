"""Anthropic's way of speaking (POST /messages): the system's words apart, no format asked for but in words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from binome.llm.calling import number, post
from binome.llm.errors import Nonsense
from binome.llm.protocol import Answer, Said, Schema, Usage

VERSION = "2023-06-01"


@dataclass(frozen=True)
class Model:
    address: str
    name: str
    key: str = field(repr=False)

    def complete(
        self, messages: Sequence[Said], *, schema: Schema | None = None, most_tokens: int, seconds: float
    ) -> Answer:
        """One completion."""
        system = [one.text for one in messages if one.by == "system"]
        if schema is not None:
            system.append(f"Answer with one JSON object that follows this JSON Schema: {json.dumps(dict(schema))}")
        said = [{"role": one.by, "content": one.text} for one in messages if one.by != "system"]
        body = {"model": self.name, "max_tokens": most_tokens, "system": "\n\n".join(system), "messages": said}
        headers = {"x-api-key": self.key, "anthropic-version": VERSION}
        return _read(
            post(f"{self.address}/messages", body, headers, key=self.key, private_networks=False, seconds=seconds),
            self.name,
        )


def _read(answer: Mapping[str, Any], name: str) -> Answer:
    parts = answer.get("content")
    if not isinstance(parts, list):
        raise Nonsense(Nonsense.__doc__)
    texts = [part.get("text") for part in parts if isinstance(part, dict) and part.get("type") == "text"]
    if not texts or not all(isinstance(text, str) for text in texts):
        raise Nonsense(Nonsense.__doc__)
    return Answer(
        "".join(map(str, texts)), _usage(answer.get("usage")), answer.get("stop_reason") != "max_tokens", name
    )


def _usage(told: object) -> Usage | None:
    if not isinstance(told, dict) or "input_tokens" not in told:
        return None
    read = sum(
        number(told.get(name)) for name in ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    )
    return Usage(read, number(told.get("output_tokens")))
