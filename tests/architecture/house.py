"""The house as files: its packages, their floors, their syntax trees."""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
HOUSE = PROJECT / "binome"


@cache
def floors() -> dict[str, int]:
    """The floor of each package, 0 at the top, as the contract of import-linter has them."""
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if "layers" in contract)
    return {name.strip(" ()"): floor for floor, layer in enumerate(layers) for name in layer.split("|")}


@cache
def tracked_files() -> tuple[Path, ...]:
    """The files of the project, those that git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return tuple(PROJECT / name for name in listed.split("\0") if name and (PROJECT / name).is_file())


def modules() -> Iterator[tuple[str, Path, ast.Module]]:
    """Each module of the product: its package, its file, its tree. Migrations and connectors' own tests aside."""
    for path in sorted(HOUSE.rglob("*.py")):
        if not {"migrations", "tests"} & set(path.parts) and path.parent != HOUSE:
            yield path.relative_to(HOUSE).parts[0], path, ast.parse(path.read_text())


def where(path: Path, node: ast.expr | ast.stmt) -> str:
    return f"{path.relative_to(PROJECT)}:{node.lineno}"
