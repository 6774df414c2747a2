"""Hiding parts of a text."""

from collections.abc import Iterable


def covered(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """The text with each (start, end, label) replaced by its label; where spans overlap, the first one counts."""
    parts, at = [], 0
    for start, end, label in sorted(spans):
        if start >= at:
            parts += [text[at:start], label]
            at = end
    return "".join([*parts, text[at:]])
