import signal
import socket
from pathlib import Path

import psycopg
import pytest

from binome.console.postgres.place import place
from binome.console.serving import USUAL


def test_up_opens_the_page_and_says_where(installation):
    installation.start()
    assert installation.answers()
    assert f"Binôme is open at http://localhost:{installation.port}" in installation.log.read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_and_leaves_no_process(opened, number):
    opened.start()
    family = opened.family()
    assert opened.stop(number) == 0
    assert "Traceback" not in opened.log.read_text()
    assert opened.left_of(family) == []
    assert opened.postgres() == []
    assert not (opened.home / "postgres" / "postmaster.pid").exists()


def test_nothing_committed_is_lost_when_everything_is_killed(opened):
    opened.start()
    with psycopg.connect(place(opened.home).url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    opened.kill_everything()
    assert not opened.answers()
    opened.start()
    with psycopg.connect(place(opened.home).url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchall() == [(42,)]
    assert opened.stop() == 0


def test_children_end_when_the_first_process_is_killed(opened):
    opened.start()
    first, *others = opened.family()
    first.kill()
    children = [process for process in others if process.name() != "postgres"]
    assert len(children) == 3 + USUAL
    for child in children:
        child.wait(15)
    assert not opened.answers()


@pytest.mark.parametrize("rank", [0, 1], ids=["worker", "study"])
def test_what_works_behind_the_pages_is_started_again_when_it_is_killed(opened, rank):
    opened.start()
    _behind_the_pages(opened)[rank].kill()
    opened.wait_until(lambda: "again in 1 s" in opened.log.read_text())
    opened.wait_until(lambda: len(opened.family()[0].children()) == 4 + USUAL)
    assert opened.answers()
    assert opened.stop() == 0


def test_who_works_gives_way_to_who_receives_and_who_studies_to_everybody(opened):
    opened.start()
    worker, study = _behind_the_pages(opened)
    opened.wait_until(lambda: [_stands_back(one) for one in (worker, study)] == [{10}, {19}])
    assert _stands_back(opened.family()[0].children()[0]) == {0}
    before = set(opened.family()[0].children())
    study.kill()
    opened.wait_until(lambda: {19} in [_stands_back(one) for one in opened.family()[0].children() if one not in before])


def test_when_a_web_process_is_killed_the_others_answer_and_it_is_started_again(opened):
    opened.start()
    killed = opened.family()[0].children()[0]
    killed.kill()
    opened.wait_until(lambda: "again in 1 s" in opened.log.read_text())
    if USUAL > 1:  # requests that come meanwhile are for the others
        assert [opened.answers() for _again in range(6)] == [True] * 6
    opened.wait_until(lambda: len(opened.family()[0].children()) == 4 + USUAL)
    opened.wait_until(opened.answers)
    assert killed.pid not in [child.pid for child in opened.family()[0].children()]
    assert opened.stop() == 0


def test_a_port_that_is_taken_is_one_sentence_and_nothing_is_started(installation):
    with socket.create_server(("127.0.0.1", installation.port)):
        ran = installation.run("up")
    assert ran.returncode == 2
    assert ran.stderr == (
        f"Port {installation.port} is taken by another program.\n"
        f"Choose another with BINOME_BIND, for example 127.0.0.1:{installation.port + 1}.\n"
    )
    assert ran.stdout == ""
    assert not (installation.home / "postgres").exists()


def test_sentences_are_french_in_a_french_terminal(installation):
    with socket.create_server(("127.0.0.1", installation.port)):
        ran = installation.run("up", LANG="fr_FR.UTF-8")
    assert ran.stderr.startswith(f"Le port {installation.port} est déjà pris par un autre programme.\n")


def test_no_database_is_one_sentence(installation):
    ran = installation.run("up", DATABASE_URL="postgresql://nobody:hidden@127.0.0.1:1/none")
    assert ran.returncode == 2
    assert ran.stderr.startswith("The database does not answer: ")
    assert len(ran.stderr.splitlines()) == 2
    assert "hidden" not in ran.stderr + ran.stdout


def test_a_wrong_variable_is_named_without_its_value(installation):
    ran = installation.run("up", BINOME_SECRET_KEY="short-and-private")
    assert ran.returncode == 2
    assert ran.stderr.startswith("The variable BINOME_SECRET_KEY is wrong: must have 32 characters or more")
    assert "short-and-private" not in ran.stderr + ran.stdout


def test_two_commands_share_the_database_and_the_last_stops_it(opened):
    opened.start()
    assert opened.run("doctor").returncode in (0, 1)
    assert opened.answers()
    assert len(opened.postgres()) > 0
    assert opened.stop() == 0
    assert opened.postgres() == []


def _behind_the_pages(installation):
    """The processes that work and that study: they come after those of the web."""
    return installation.family()[0].children()[USUAL : USUAL + 2]


def _stands_back(process):
    """Its nice(1), and that of its session where Linux shares the processor among sessions (sched(7)).

    Of a process that is being made, or is ending, Linux may tell nothing of the session: then it has no rank yet."""
    session = Path(f"/proc/{process.pid}/autogroup")
    if not session.exists():
        return {process.nice()}
    told = session.read_text().split()
    return {process.nice(), int(told[-1])} if told else set()


def test_a_home_that_is_a_file_is_one_sentence(installation):
    file = installation.home / "file"
    file.write_text("")
    for home in (file, file / "home"):
        ran = installation.run("up", BINOME_HOME=str(home))
        assert ran.returncode == 2
        assert ran.stderr.startswith(f"{home} is a file, not a folder.\n") or "is a file, not a folder." in ran.stderr
        assert "Traceback" not in ran.stderr
