"""What is personal never leaves: each thing is replaced by a name for it, and put back in what the model answers."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from binome.sdk.masking import covered

_NAMED = re.compile(r"\[([A-Z]+_\d{1,3})\]")
_LOOKALIKE = re.compile(r"\[(?=[A-Z]+_\d{1,3}\])")


@dataclass(frozen=True)
class Restored:
    """An answer with what was hidden put back. *kinds*: of what was; *unknown*: names that stand for nothing."""

    text: str
    kinds: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass
class Redaction:
    """Remembers, for one exchange with a model, which name stands for what."""

    hidden: dict[str, str] = field(default_factory=dict)

    def hide(
        self, text: str, found: Iterable[Mapping[str, Any]] = (), *, words: Mapping[str, str] | None = None
    ) -> str:
        """The text without what was *found* in it ({"kind", "start", "end"}, as the reading of personal data tells it),
        nor any of these *words* ({what: kind}); the same thing has the same name everywhere.
        """
        spans = [(one["start"], one["end"], self._named(one["kind"], text[one["start"] : one["end"]])) for one in found]
        for word, kind in (words or {}).items():
            if len(word.strip()) > 1:
                pattern = re.compile(rf"(?<!\w){re.escape(word.strip())}(?!\w)", re.IGNORECASE)
                spans += [(*match.span(), self._named(kind, match[0])) for match in pattern.finditer(text)]
        return _joined(text, spans)

    def restore(self, text: str) -> Restored:
        """The text with the hidden things put back."""
        named = _NAMED.findall(text)
        known = [name for name in named if name in self.hidden]
        whole = _NAMED.sub(lambda match: self.hidden.get(match[1], match[0]), text)
        kinds = tuple(dict.fromkeys(name.rsplit("_", 1)[0].lower() for name in known))
        return Restored(whole, kinds, tuple(dict.fromkeys(name for name in named if name not in self.hidden)))

    def _named(self, kind: str, thing: str) -> str:
        label = re.sub(r"[^A-Z]", "", kind.upper()) or "DATA"
        for name, known in self.hidden.items():
            if known.casefold() == thing.casefold() and name.startswith(f"{label}_"):
                return f"[{name}]"
        name = f"{label}_{sum(one.startswith(f'{label}_') for one in self.hidden) + 1}"
        self.hidden[name] = thing
        return f"[{name}]"


def _joined(text: str, spans: list[tuple[int, int, str]]) -> str:
    """The text with these spans covered; a name that somebody wrote themselves is made harmless first, in place."""
    forged = [(match.start(), match.end(), "(") for match in _LOOKALIKE.finditer(text)]
    longest_first = sorted(spans, key=lambda span: span[0] - span[1])
    return covered(text, _apart([*longest_first, *forged], len(text)))


def _apart(spans: list[tuple[int, int, str]], length: int) -> list[tuple[int, int, str]]:
    """The spans without overlaps: what an earlier one leaves of a later one is covered too."""
    taken, found = [False] * length, []
    for start, end, name in spans:
        at = start
        while at < end:
            if taken[at]:
                at += 1
                continue
            until = next((place for place in range(at, end) if taken[place]), end)
            found.append((at, until, name))
            taken[at:until] = [True] * (until - at)
            at = until
    return found
