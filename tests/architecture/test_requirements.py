"""What is declared is what is installed: the lock file knows every dependency."""

import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=!~;@ ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def _locked(file: str) -> set[str]:
    lines = (PROJECT / file).read_text("utf-8").splitlines()
    return {_name(line) for line in lines if line[:1].isalnum()}


def test_every_dependency_has_its_version_in_the_lock_file() -> None:
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    assert {_name(one) for one in declared["project"]["dependencies"]} - _locked("requirements.txt") == set()
    assert {_name(one) for one in declared["dependency-groups"]["dev"]} - _locked("requirements-dev.txt") == set()


def test_what_both_lock_files_name_has_one_version() -> None:
    run, dev = (
        dict(
            line.split(" ")[0].split("==") for line in (PROJECT / file).read_text("utf-8").splitlines() if "==" in line
        )
        for file in ("requirements.txt", "requirements-dev.txt")
    )
    assert {name: (run[name], dev[name]) for name in run.keys() & dev.keys() if run[name] != dev[name]} == {}
