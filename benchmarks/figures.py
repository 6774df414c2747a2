"""Times in milliseconds, made into the few figures that are told."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """The median and the slow end, in milliseconds."""
    ordered = sorted(seconds)
    return {f"p{p}": round(1_000 * ordered[_place(p, len(ordered))], 1) for p in (50, 95, 99)} | {
        "max": round(1_000 * ordered[-1], 1)
    }


def target(value: float, limit: float, *, at_most: bool = True) -> dict[str, Any]:
    """A figure beside what was asked of it."""
    return {"value": value, "target": limit, "reached": value <= limit if at_most else value >= limit}


def tell(figures: Mapping[str, Any]) -> None:
    """JSON to standard output, the same for people to standard error."""
    print(json.dumps(figures, indent=2))
    print(table(figures), file=sys.stderr)


def table(figures: Mapping[str, Any], indent: str = "") -> str:
    """The figures, one a line."""
    lines = []
    for name, value in figures.items():
        label = f"{indent}{name.replace('_', ' ')}"
        if isinstance(value, Mapping) and "reached" in value:
            verdict = "reached" if value["reached"] else "MISSED"
            lines.append(f"{label:44}{value['value']!s:>12}   target {value['target']}: {verdict}")
        elif isinstance(value, Mapping):
            lines += [label, table(value, indent + "  ")]
        elif isinstance(value, list):
            lines += [label, *(f"{indent}  {one}" for one in value)]
        else:
            lines.append(f"{label:44}{value!s:>12}")
    return "\n".join(lines)


def _place(percent: int, count: int) -> int:
    """Where the percentile stands in the ordered list (nearest rank)."""
    return max(0, -(-percent * count // 100) - 1)
