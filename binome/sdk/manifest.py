"""What a connector says of itself: read by screens, tests and the gate."""

import base64
import secrets
import tomllib
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from binome.sdk.types import Account


class Choice(BaseModel):
    """One of the values that a setting may have, in words."""

    model_config = ConfigDict(extra="forbid")

    value: str
    label: dict[str, str]


class Setting(BaseModel):
    """One thing that the operator enters to connect a channel."""

    model_config = ConfigDict(extra="forbid")

    name: str
    label: dict[str, str]
    """By language: {"en": …, "fr": …}."""
    help: dict[str, str] = {}
    kind: Literal["text", "email", "host", "number", "secret", "choice", "flag", "colour"] = "text"
    choices: list[Choice] = []
    default: str = ""
    required: bool = True
    generated: bool = False
    """Made by Binôme (`new_secret`), not entered."""
    prefix: str = ""
    """What a generated secret begins with."""

    def new_secret(self) -> str:
        """A fresh value for a generated setting: 256 random bits in base64, after its prefix."""
        return self.prefix + base64.b64encode(secrets.token_bytes(32)).decode()


class Limits(BaseModel):
    """What the platform allows."""

    model_config = ConfigDict(extra="forbid")

    characters: int = 10_000
    replies_per_minute: int = 60


Capability = Literal["reads", "listens", "replies", "finds", "moderates", "checks"]
"""The names of `connector.CAPABILITIES`."""


class Manifest(BaseModel):
    """`manifest.toml`: *id* is the folder's name."""

    model_config = ConfigDict(extra="forbid")

    id: str
    name: dict[str, str]
    summary: dict[str, str]
    capabilities: list[Capability]
    only_with: dict[Capability, str] = {}
    """Capabilities that an account has only where this setting (a flag) is on: {"moderates": "can_moderate"}."""
    settings: list[Setting] = []
    limits: Limits = Limits()
    hosts: list[str] = []
    """Hosts that it speaks to; a name in braces is a setting, a host or an address: "{imap_host}"."""
    personal_data: list[str] = []
    poll_seconds: int = 0
    page: Literal["", "chat"] = ""
    """The page of ours through which it is reached: "chat" is the widget's."""
    visible_copy: bool = Field(default=False)
    """True when the place is a page of ours (widget, playground): what is stored is what is shown."""

    @property
    def secrets(self) -> frozenset[str]:
        return frozenset(s.name for s in self.settings if s.kind == "secret")

    def can(self, capability: Capability, account: Account) -> bool:
        """Whether this account's channel has the capability."""
        condition = self.only_with.get(capability)
        return capability in self.capabilities and (condition is None or account.flag(condition))

    def hosts_of(self, account: Account) -> frozenset[str]:
        """The hosts that this account's channel may speak to, in lower case, settings filled in."""
        known = {setting.name: account.text(setting.name, setting.default) for setting in self.settings}
        return frozenset(filter(None, (host_of(host.format_map(known)) for host in self.hosts)))


def host_of(place: str) -> str:
    """The host of an address, or of a bare host name; "" when it has none."""
    try:
        return (urlsplit(place if "//" in place else f"//{place}").hostname or "").lower()
    except ValueError:
        return ""


def read_manifest(path: Path) -> Manifest:
    """The manifest in this file; a pydantic error names what is wrong in it."""
    return Manifest.model_validate(tomllib.loads(path.read_text("utf-8")))
