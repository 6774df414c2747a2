"""What the product imports from others is declared, so that a clean installation has it; and nothing else is."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution, packages_distributions

from packaging.requirements import Requirement

from tests.architecture.house import PROJECT, modules

OPTIONAL = {"openai", "mistralai", "anthropic"}
MEGABYTE = 1_000_000


def test_every_import_is_of_a_declared_dependency():
    assert _imported() - _declared() - OPTIONAL == set()


def test_every_declared_dependency_is_used():
    assert {_plain(one.name) for one in _dependencies()} - _imported() - _named() == set()


def test_a_default_installation_stays_under_700_megabytes():
    sizes = {name: _size(name) for name in _installed_with(_dependencies())}
    assert sum(sizes.values()) < 700 * MEGABYTE, sorted(sizes.items(), key=lambda pair: -pair[1])[:10]


def _named() -> set[str]:
    """The distributions of modules that the product names in a text, as Django's settings do."""
    owners = packages_distributions()
    texts = {
        node.value.split(".")[0]
        for _package, _path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"\w+(\.\w+)*", node.value)
    }
    return {_plain(name) for text in texts for name in owners.get(text, [])}


def _installed_with(asked: list[Requirement]) -> set[str]:
    """All that comes with these, what they need in turn included."""
    waiting, seen = list(asked), set()
    while waiting:
        one = waiting.pop()
        if (key := (_plain(one.name), frozenset(one.extras))) not in seen:
            seen.add(key)
            waiting.extend(_needed_by(one))
    return {name for name, _extras in seen}


def _needed_by(one: Requirement) -> Iterator[Requirement]:
    for line in distribution(one.name).requires or []:
        needed = Requirement(line)
        if not needed.marker or any(needed.marker.evaluate({"extra": extra}) for extra in ("", *one.extras)):
            yield needed


def _size(name: str) -> int:
    """What its files take, those apart that Python makes of them."""
    found = distribution(name)
    paths = (found.locate_file(file) for file in found.files or () if file.suffix != ".pyc")
    return sum(path.stat().st_size for path in paths if path.exists())


def _imported() -> set[str]:
    """The distributions that the product's imports come from; a module that is not installed, by its own name."""
    owners = packages_distributions()
    found = {name for _package, _path, tree in modules() for node in ast.walk(tree) for name in _names(node)}
    outside = found - set(sys.stdlib_module_names) - {"binome", "_typeshed"}
    return {_plain(owners.get(name, [name])[0]) for name in outside}


def _declared() -> set[str]:
    extras = [Requirement(one) for extra in _project().get("optional-dependencies", {}).values() for one in extra]
    return {_plain(one.name) for one in [*_dependencies(), *extras]}


def _dependencies() -> list[Requirement]:
    return [Requirement(one) for one in _project()["dependencies"]]


def _project() -> dict:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [name.name.split(".")[0] for name in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [(node.module or "").split(".")[0]]
    return []
