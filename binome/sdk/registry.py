"""Finds plug-ins: our own folders, then installed packages' entry points. Nobody names one."""

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from binome.sdk.manifest import Manifest, read_manifest
from binome.sdk.stage import Stage
from binome.sdk.types import Account

GROUP_CONNECTORS, GROUP_STAGES = "binome.connectors", "binome.stages"


class UnknownConnector(LookupError):
    """No connector of this name is installed."""


@dataclass(frozen=True)
class Installed:
    """A connector as found: its manifest and its folder; its code is loaded when first connected."""

    manifest: Manifest
    package: str
    folder: Path

    def connect(self, account: Account) -> Any:
        """The connector for one account."""
        return import_module(f"{self.package}.connector").Connector(account)


@cache
def connectors() -> Mapping[str, Installed]:
    """Every connector installed, by id, in the order of their ids."""
    found = [_installed(package) for package in _packages(GROUP_CONNECTORS)]
    return {one.manifest.id: one for one in sorted(found, key=lambda one: one.manifest.id)}


def connector(connector_id: str) -> Installed:
    """The connector of this id; `UnknownConnector` if it is not installed."""
    try:
        return connectors()[connector_id]
    except KeyError as error:
        raise UnknownConnector(connector_id) from error


@cache
def stages() -> tuple[Stage, ...]:
    """Every stage, sorted so that each comes after what it needs."""
    found = {module.STAGE.name: module.STAGE for module in map(import_module, _packages(GROUP_STAGES))}
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


def _packages(group: str) -> list[str]:
    ours: ModuleType = import_module(group)
    names = [f"{group}.{info.name}" for info in pkgutil.iter_modules(ours.__path__)]
    return names + [entry.value for entry in entry_points(group=group)]


def _installed(package: str) -> Installed:
    folder = Path(str(import_module(package).__file__)).parent
    return Installed(read_manifest(folder / "manifest.toml"), package, folder)
