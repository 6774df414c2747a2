"""What the product imports from others is declared, so that a clean installation has it."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.architecture.house import PROJECT, modules

OPTIONAL = {"openai", "mistralai", "anthropic"}


def test_every_import_is_of_a_declared_dependency():
    assert _imported() - _declared() - OPTIONAL == set()


def _imported() -> set[str]:
    """The distributions that the product's imports come from; a module that is not installed, by its own name."""
    owners = packages_distributions()
    found = {name for _package, _path, tree in modules() for node in ast.walk(tree) for name in _names(node)}
    outside = found - set(sys.stdlib_module_names) - {"binome", "_typeshed"}
    return {_plain(owners.get(name, [name])[0]) for name in outside}


def _declared() -> set[str]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    extras = [one for extra in project.get("optional-dependencies", {}).values() for one in extra]
    return {_plain(re.match(r"[\w.-]+", one).group()) for one in [*project["dependencies"], *extras]}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [name.name.split(".")[0] for name in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [(node.module or "").split(".")[0]]
    return []
