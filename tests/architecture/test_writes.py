"""Only a package's own code writes its tables.

What this sees: a write on a model class imported from another package (`Channel.objects.filter(…).update(…)`), and any
`.save()`, `.delete()`, `.asave()`, `.adelete()` in packages that have no table of their own. What it cannot see: an instance of another
package's model saved by a package that has tables. That is left to review.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.house import HOUSE, modules, where

WRITES = {
    "create", "bulk_create", "get_or_create", "update_or_create", "update", "bulk_update", "delete", "save",
}  # fmt: skip
WRITES |= {f"a{name}" for name in WRITES}
ON_INSTANCES = {"save", "delete", "asave", "adelete"}
NOT_MODELS = {"form", "session", "cache", "image"}  # the last: one drawn anew, for a page


def test_no_package_writes_the_tables_of_another():
    assert list(_writes_of_others()) == []


@pytest.mark.parametrize(
    "code", ["Channel.objects.filter(pk=1).update(name='x')", "Channel.objects.create()", "Channel(name='x').save()"]
)
def test_a_write_is_recognised(code):
    call = ast.parse(code).body[0].value
    assert call.func.attr in WRITES
    assert _root(call.func) == "Channel"


def _writes_of_others() -> Iterator[str]:
    for package, path, tree in modules():
        foreign = _models_of_others(package, tree)
        without_tables = not (HOUSE / package / "models.py").exists()
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
                root = _root(node.func)
                if root in foreign or (without_tables and node.func.attr in ON_INSTANCES and root not in NOT_MODELS):
                    yield f"{where(path, node)} {ast.unparse(node)[:80]}"


def _models_of_others(package: str, tree: ast.Module) -> set[str]:
    return {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and re.fullmatch(r"binome\.\w+\.models", node.module or "")
        if node.module != f"binome.{package}.models"
        for name in node.names
    }


def _root(node: ast.expr) -> str:
    """The name at the start of a chain of attributes and calls: `Channel` in `Channel.objects.filter().update`."""
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, (ast.Attribute, ast.Subscript, ast.Await)):
            node = node.value
        else:
            return ""
    return node.id
