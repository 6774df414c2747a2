"""A model's answer as checked data: whatever it wrote around its JSON is left out, whatever does not fit is refused."""

import json
import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from binome.llm.errors import Nonsense

Shape = TypeVar("Shape", bound=BaseModel)

_FENCE = re.compile(r"```(?:json)?\s*(\{.*?\})\s*```", re.DOTALL)
LONGEST = 200_000
"""Characters that are looked at."""


def read(text: str, shape: type[Shape]) -> Shape:
    """The first JSON object in *text* that has this shape; `Nonsense` if there is none."""
    for found in _objects(text[:LONGEST]):
        try:
            return shape.model_validate(found)
        except ValidationError:
            continue
    raise Nonsense(Nonsense.__doc__)


def schema_of(shape: type[BaseModel]) -> dict[str, Any]:
    """Its JSON Schema, closed as strict servers ask: nothing more than what is named, and all of it."""
    closed: dict[str, Any] = _closed(shape.model_json_schema())
    return closed


def _objects(text: str) -> list[Any]:
    fenced = [_loaded(match[1]) for match in _FENCE.finditer(text)]
    decoder, found, at = json.JSONDecoder(), list(fenced), text.find("{")
    for _try in range(20):
        if at < 0:
            break
        try:
            one, end = decoder.raw_decode(text, at)
            found.append(one)
        except (ValueError, RecursionError):
            end = at + 1
        at = text.find("{", end)
    return [one for one in found if isinstance(one, dict)]


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _closed(part: Any) -> Any:
    if isinstance(part, list):
        return [_closed(one) for one in part]
    if not isinstance(part, dict):
        return part
    made = {name: _closed(value) for name, value in part.items() if name not in ("title", "default")}
    if part.get("type") == "object" and "properties" in part:
        made |= {"additionalProperties": False, "required": list(part["properties"])}
    return made
