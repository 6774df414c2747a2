"""Every address of the product, walked from the resolver."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver, reverse


class Address(NamedTuple):
    """Where a view lives: its full name, the route as written, the names that it needs."""

    name: str
    route: str
    wants: frozenset[str]

    def url(self, things: Mapping[str, Any]) -> str:
        return reverse(self.name, kwargs={name: things[name] for name in self.wants})


def addresses() -> list[Address]:
    return sorted(_walk(get_resolver(), Address("", "", frozenset())), key=lambda one: (one.name, one.route))


def _walk(resolver: URLResolver, above: Address) -> Iterator[Address]:
    for found in resolver.url_patterns:
        route, wants = above.route + str(found.pattern), above.wants | _names(found)
        if isinstance(found, URLResolver):
            yield from _walk(
                found, Address(f"{above.name}{found.namespace}:" if found.namespace else above.name, route, wants)
            )
        elif isinstance(found, URLPattern):
            yield Address(above.name + (found.name or ""), route, wants)


def _names(found: URLPattern | URLResolver) -> frozenset[str]:
    groups = getattr(getattr(found.pattern, "regex", None), "groupindex", {})
    return frozenset(found.pattern.converters) | frozenset(groups)
