"""Screens do not import each other; what they share is in `ui` and `live`."""

import ast

from tests.architecture.house import HOUSE, modules, where

SHARED = {"ui", "live"}
GATHERS = {"urls", "apps", "__init__"}


def test_no_screen_imports_another():
    strangers = [
        f"{where(path, node)} imports {target}"
        for package, path, tree in modules()
        if package == "web" and (screen := _screen(path)) not in GATHERS
        for node in ast.walk(tree)
        for target in _targets(node)
        if target not in SHARED | {screen}
    ]
    assert strangers == []


def _screen(path) -> str:
    """Django wants template tags in one folder: there, a file is named after the screen that it serves."""
    first, *rest = path.relative_to(HOUSE / "web").parts
    return (rest[0] if first == "templatetags" else first).removesuffix(".py")


def _targets(node: ast.AST) -> list[str]:
    """The parts of `binome.web` that this import names."""
    if isinstance(node, ast.ImportFrom) and node.module == "binome.web":
        return [name.name for name in node.names]
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    names += [name.name for name in node.names] if isinstance(node, ast.Import) else []
    return [name.split(".")[2] for name in names if name.startswith("binome.web.")]
