"""Where plug-ins are found: our own folders, then installed packages' entry points. Nobody names one."""

import pkgutil
from importlib import import_module
from importlib.metadata import entry_points
from types import ModuleType


def packages(group: str) -> list[str]:
    """The modules of a group, `binome.connectors` or `binome.stages`: ours by name, then those installed."""
    ours: ModuleType = import_module(group)
    names = [f"{group}.{info.name}" for info in pkgutil.iter_modules(ours.__path__)]
    return names + [entry.value for entry in entry_points(group=group)]
