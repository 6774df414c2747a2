"""What no file of the project may be called, or hold."""

import re

import pytest

from tests.architecture.house import PROJECT, tracked_files

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "misc"}
REGISTRIES = ("pypi.org", "pythonhosted.org", "npmjs.org", "npmjs.com", "proxy.golang.org", "deb.debian.org")
A_MACHINE = re.compile(rb"(?<![\w./$}~-])/(?:home|Users|root|work)/[\w.-]+")
BINARY = {".png", ".jpg", ".ico", ".gz", ".woff2", ".npz", ".pdf", ".mo"}


def test_no_module_has_a_name_that_says_nothing():
    assert [path for path in tracked_files() if path.stem in EMPTY_NAMES and path.suffix == ".py"] == []


@pytest.mark.parametrize("host", REGISTRIES)
def test_no_file_names_the_host_of_a_registry(host):
    assert [path for path, content in _texts() if host.encode() in content] == []


def test_no_file_holds_a_path_of_somebodys_machine():
    found = {
        str(path.relative_to(PROJECT)): match.group()
        for path, content in _texts()
        if (match := A_MACHINE.search(content))
    }
    assert found == {}


def _texts():
    here = PROJECT / "tests" / "architecture" / "test_files.py"
    return [(path, path.read_bytes()) for path in tracked_files() if path.suffix not in BINARY and path != here]
