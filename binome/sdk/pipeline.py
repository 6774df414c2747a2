"""The stages that are installed, each after those that it needs. Only `understanding` asks."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from binome.sdk.plugins import packages
from binome.sdk.stage import Stage

GROUP = "binome.stages"


@cache
def stages() -> tuple[Stage, ...]:
    """Every stage, sorted so that each comes after what it needs."""
    found = {module.STAGE.name: module.STAGE for module in map(import_module, packages(GROUP))}
    ordered: dict[str, Stage] = {}
    for name in sorted(found):
        _place(name, found, ordered, ())
    return tuple(ordered.values())


def _place(name: str, found: Mapping[str, Stage], ordered: dict[str, Stage], path: tuple[str, ...]) -> None:
    if name in path:
        raise ValueError(f"stages need each other in a circle: {' → '.join((*path, name))}")
    if name in ordered or name not in found:
        return
    for need in found[name].needs:
        _place(need, found, ordered, (*path, name))
    ordered[name] = found[name]
