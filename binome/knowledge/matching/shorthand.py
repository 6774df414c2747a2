"""What text messages, argot and verlan mean, in everyday words."""

from functools import cache
from pathlib import Path

from binome.knowledge.matching.tokens import fold

_FOLDER = Path(__file__).parent / "lexicon"


@cache
def meanings(language: str) -> dict[str, str]:
    """Folded shorthand → what it stands for; of the other language too, where they do not disagree."""
    own, other = ("en", "fr") if language == "en" else ("fr", "en")
    return {**_read(_FOLDER / f"{other}.txt", longer_than=2), **_read(_FOLDER / f"{own}.txt", longer_than=0)}


def _read(path: Path, longer_than: int) -> dict[str, str]:
    """The file's pairs whose shorthand has more characters than that: short ones mean too much to cross languages."""
    pairs = (line.split(" = ", 1) for line in path.read_text("utf-8").splitlines() if not line.startswith("#"))
    return {fold(short): meaning for short, meaning in pairs if len(short) > longer_than}
