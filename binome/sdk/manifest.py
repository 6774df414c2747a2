"""What a connector says of itself: read by screens, tests and the gate."""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Setting(BaseModel):
    """One thing that the operator enters to connect a channel."""

    model_config = ConfigDict(extra="forbid")

    name: str
    label: dict[str, str]
    """By language: {"en": …, "fr": …}."""
    help: dict[str, str] = {}
    kind: Literal["text", "email", "host", "number", "secret", "choice", "flag", "colour"] = "text"
    choices: list[str] = []
    default: str = ""
    required: bool = True
    generated: bool = False
    """Made by Binôme (a token), not entered."""


class Limits(BaseModel):
    """What the platform allows."""

    model_config = ConfigDict(extra="forbid")

    characters: int = 10_000
    replies_per_minute: int = 60


class Manifest(BaseModel):
    """`manifest.toml`: *id* is the folder's name."""

    model_config = ConfigDict(extra="forbid")

    id: str
    name: dict[str, str]
    summary: dict[str, str]
    capabilities: list[Literal["reads", "listens", "replies", "finds", "checks"]]
    settings: list[Setting] = []
    limits: Limits = Limits()
    hosts: list[str] = []
    """Hosts that it speaks to; a name in braces is a setting: "{imap_host}"."""
    personal_data: list[str] = []
    poll_seconds: int = 0
    visible_copy: bool = Field(default=False)
    """True when the place is a page of ours (widget, playground): what is stored is what is shown."""

    @property
    def secrets(self) -> frozenset[str]:
        return frozenset(s.name for s in self.settings if s.kind == "secret")


def read_manifest(path: Path) -> Manifest:
    """The manifest in this file; a pydantic error names what is wrong in it."""
    return Manifest.model_validate(tomllib.loads(path.read_text("utf-8")))
