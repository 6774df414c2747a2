"""Where commands write: files whole or not at all, through links, straight into pipes; one sentence for what cannot be."""

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from binome.console.answer import answer
from binome.console.lines import Unreadable, write_lines, written
from binome.console.rehearse import rehearse
from binome.console.understand import understand
from binome.console.words import _

ROWS = [{"id": "a", "text": "bonjour"}, {"id": "b", "text": "hello"}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_lines(tmp_path / "in.jsonl", ROWS)
    return tmp_path


def understood(folder: Path, output: str) -> Result:
    return CliRunner().invoke(understand, ["--input", f"{folder}/in.jsonl", "--stages", "links", "--output", output])


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def pipe(folder: Path) -> Iterator[tuple[Path, int]]:
    """A named pipe and its end to read from."""
    path = folder / "pipe"
    os.mkfifo(path)
    end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    yield path, end
    os.close(end)


@pytest.mark.parametrize("through_a_link", [False, True])
def test_a_pipe_gets_what_is_written_and_stays_a_pipe(
    folder: Path, pipe: tuple[Path, int], through_a_link: bool
) -> None:
    path, end = pipe
    link = folder / "link"
    link.symlink_to(path)
    assert understood(folder, str(link if through_a_link else path)).exit_code == 0
    assert [json.loads(line)["id"] for line in os.read(end, 10_000).splitlines()] == ["a", "b"]
    assert path.is_fifo()
    assert link.is_symlink()
    assert names(folder) == ["in.jsonl", "link", "pipe"]


def test_a_report_goes_into_a_pipe_too(folder: Path, pipe: tuple[Path, int]) -> None:
    path, end = pipe
    asked = ["--history", f"{folder}/in.jsonl", "--risk", "0.1", "--report", str(path)]
    assert CliRunner().invoke(rehearse, asked).exit_code == 0
    assert json.loads(os.read(end, 60_000))["overall"]["cases"] == 2
    assert path.is_fifo()


def test_a_pipe_that_nobody_reads_any_more_is_told(folder: Path) -> None:
    path = folder / "pipe"
    os.mkfifo(path)
    end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    def rows() -> Iterator[dict[str, str]]:
        yield ROWS[0]
        os.close(end)
        yield from ROWS

    with pytest.raises(Unreadable, match=_("nobody reads it any more")):
        write_lines(path, rows())
    assert path.is_fifo()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux shows open files so")
def test_what_is_held_open_is_gone_on_with_and_not_replaced(folder: Path) -> None:
    """As `--output /dev/stdout >> all.jsonl` has it."""
    with (folder / "all.jsonl").open("a+") as held:
        held.write("before\n")
        held.flush()
        write_lines(Path(f"/proc/self/fd/{held.fileno()}"), ROWS)
        held.seek(0)
        assert [line.strip() for line in held] == ["before", *map(json.dumps, ROWS)]


@pytest.mark.parametrize("there", [False, True])
def test_a_link_stays_a_link_and_what_it_leads_to_is_written(folder: Path, there: bool) -> None:
    (folder / "elsewhere").mkdir()
    target, link = folder / "elsewhere" / "out.jsonl", folder / "link.jsonl"
    if there:
        target.write_text("old\n")
    link.symlink_to("elsewhere/out.jsonl")
    assert understood(folder, str(link)).exit_code == 0
    assert link.is_symlink()
    assert len(target.read_text().splitlines()) == 2
    assert names(target.parent) == ["out.jsonl"]


def test_a_name_as_long_as_the_disk_takes_is_written(folder: Path) -> None:
    assert understood(folder, f"{folder}/{'n' * 255}").exit_code == 0
    assert names(folder) == ["in.jsonl", "n" * 255]


def test_who_may_read_it_is_as_for_any_file(folder: Path) -> None:
    (folder / "plain").touch()
    assert understood(folder, f"{folder}/out.jsonl").exit_code == 0
    assert (folder / "out.jsonl").stat().st_mode == (folder / "plain").stat().st_mode


WRONG = [
    ("", _("The file to write has no name.")),
    ("{folder}/" + "n" * 256, _("its name is too long")),
    ("{folder}/" + "é" * 200, _("its name is too long")),
    ("{folder}/round", _("its links lead back to themselves")),
    ("{folder}/in.jsonl/out", "in.jsonl"),
    ("{folder}/nowhere/out", "nowhere"),
    ("{folder}/lost", "nowhere"),
    ("{folder}", ""),
    (".", ""),
    ("/", ""),
]


@pytest.mark.parametrize(("output", "told"), WRONG)
@pytest.mark.parametrize("command", [understand, answer, rehearse])
def test_what_cannot_be_written_is_told_before_anything_is_done(
    folder: Path, command: Any, output: str, told: str
) -> None:
    (folder / "round").symlink_to("round")
    (folder / "lost").symlink_to("nowhere/out")
    before = names(folder)
    given = {
        understand: ["--input", f"{folder}/in.jsonl", "--output"],
        answer: ["--input", f"{folder}/in.jsonl", "--knowledge", f"{folder}/in.jsonl", "--output"],
        rehearse: ["--history", f"{folder}/in.jsonl", "--risk", "0.1", "--report"],
    }[command]
    result = CliRunner().invoke(command, [*given, output.format(folder=folder)])
    assert (result.exit_code, type(result.exception)) == (2, SystemExit)
    assert told in result.output
    assert names(folder) == before


@pytest.mark.parametrize(
    ("number", "told"), [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "its disk can only be read")]
)
def test_a_disk_that_gives_up_leaves_what_was_there(folder: Path, number: int, told: str) -> None:
    (folder / "out.jsonl").write_text("old\n")
    with pytest.raises(Unreadable) as raised, written(folder / "out.jsonl") as file:
        file.write("new\n")
        raise OSError(number, os.strerror(number))
    assert (_(told) in raised.value.message, raised.value.exit_code) == (True, 2)
    assert (folder / "out.jsonl").read_text() == "old\n"
    assert names(folder) == ["in.jsonl", "out.jsonl"]
