"""Pretend plug-ins, found by the registry as real ones are."""

from pathlib import Path

import pytest

from binome.sdk import registry
from binome.sdk.manifest import read_manifest
from binome.sdk.registry import Installed


def the_notebook() -> Installed:
    """A connector that writes what reaches its platform in a file, so that other processes' calls are seen."""
    folder = Path(__file__).parent / "notebook"
    return Installed(read_manifest(folder / "manifest.toml"), "tests.doubles.notebook", folder)


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the registry find the pretend connector too, until the test ends."""
    known = {**registry.connectors(), "notebook": the_notebook()}
    monkeypatch.setattr(registry, "connectors", lambda: known)
