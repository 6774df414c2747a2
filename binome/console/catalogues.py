"""The translations, compiled beside their sources when those have changed."""

import os
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def compile_catalogues() -> int:
    """Compile each catalogue that changed; how many there were."""
    stale = list(stale_catalogues())
    for source in stale:
        _compile(source)
    return len(stale)


def stale_catalogues() -> Iterator[Path]:
    """The catalogues whose compiled form is missing or older."""
    for source in PACKAGE.glob("**/locale/*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            yield source


def _compile(source: Path) -> None:
    """Written beside, then renamed: a running process reads the old one or the new one, never half."""
    import polib

    beside = source.with_suffix(f".{os.getpid()}")
    polib.pofile(str(source)).save_as_mofile(str(beside))
    beside.replace(source.with_suffix(".mo"))


if __name__ == "__main__":
    compile_catalogues()
