"""Who can be asked: providers known by name, and any server that speaks like OpenAI's."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from binome.llm import anthropic, openai
from binome.llm.errors import Refused
from binome.llm.protocol import Model


@dataclass(frozen=True)
class Provider:
    """*address*: where it is, if it is always there; *kind*: which way of speaking."""

    name: str
    kind: str
    address: str = ""
    needs_key: bool = True


PROVIDERS: Mapping[str, Provider] = {
    "mistral": Provider("Mistral", "openai", "https://api.mistral.ai/v1"),
    "anthropic": Provider("Anthropic", "anthropic", "https://api.anthropic.com/v1"),
    "openai": Provider("OpenAI", "openai-new", "https://api.openai.com/v1"),
    "compatible": Provider("", "openai", needs_key=False),
}
"""By the name that settings keep; "compatible" is any server that speaks like OpenAI's, a local one for instance."""


@dataclass(frozen=True)
class Connection:
    """How a model is reached. *address* counts for "compatible" alone; *private_networks*: it may be in our own house."""

    provider: str
    model: str
    address: str = ""
    key: str = field(default="", repr=False)
    private_networks: bool = False


_in_its_place: ContextVar[Model | None] = ContextVar("in_its_place", default=None)


@contextmanager
def in_place_of_all(model: Model) -> Iterator[None]:
    """Within the block every connection leads to this model (a replay, a test's double) instead of the network."""
    token = _in_its_place.set(model)
    try:
        yield
    finally:
        _in_its_place.reset(token)


def connect(connection: Connection) -> Model:
    """The model at the end of a connection; nothing is sent yet. `Refused` if the address is none."""
    instead = _in_its_place.get()
    if instead is not None:
        return instead
    provider = PROVIDERS[connection.provider]
    address = (provider.address or connection.address).rstrip("/")
    if not urlsplit(address).hostname:
        raise Refused(Refused.__doc__)
    private = connection.private_networks and not provider.address
    if provider.kind == "anthropic":
        return anthropic.Model(address, connection.model, connection.key)
    return openai.Model(
        address, connection.model, connection.key, private, counts_thoughts=provider.kind == "openai-new"
    )
