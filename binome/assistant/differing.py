"""What a person changed in what was proposed, word by word."""

from difflib import SequenceMatcher
from typing import Any


def difference(proposed: str, sent: str) -> list[dict[str, Any]]:
    """The pieces of both texts in order: {"same"}, or {"was", "is"} where they differ (either may be "")."""
    before, after = proposed.split(), sent.split()
    pieces: list[dict[str, Any]] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        was, now = " ".join(before[a:b]), " ".join(after[c:d])
        pieces.append({"same": was} if kind == "equal" else {"was": was, "is": now})
    return pieces
