"""The connectors that are installed. Only `channels` asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from binome.sdk.manifest import Manifest, read_manifest
from binome.sdk.plugins import packages
from binome.sdk.types import Account

GROUP = "binome.connectors"


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
    found = [_installed(package) for package in packages(GROUP)]
    return {one.manifest.id: one for one in sorted(found, key=lambda one: one.manifest.id)}


def connector(connector_id: str) -> Installed:
    """The connector of this id; `UnknownConnector` if it is not installed."""
    try:
        return connectors()[connector_id]
    except KeyError as error:
        raise UnknownConnector(connector_id) from error


def _installed(package: str) -> Installed:
    folder = Path(str(import_module(package).__file__)).parent
    return Installed(read_manifest(folder / "manifest.toml"), package, folder)
