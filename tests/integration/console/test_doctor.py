import json
import subprocess
import sys
from contextlib import contextmanager

import psycopg

from binome.console.postgres.place import place
from tests.integration.console.installation import PROJECT


def test_all_is_well_while_it_runs(opened):
    opened.start()
    ran = opened.run("doctor", "--json")
    assert [(one["name"], one["remedy"]) for one in _findings(ran) if one["state"] != "good"] == []
    assert ran.returncode == 0


def test_processes_that_do_not_run_are_a_warning(opened):
    ran = opened.run("doctor", "--json")
    assert [one["name"] for one in _findings(ran) if one["state"] == "warning"] == ["worker", "study", "listen"]
    assert ran.returncode == 0


def test_a_worker_that_studies_too_counts_as_both(opened):
    """`binome worker` does all; told to leave studies to others, it is no longer one that studies."""
    for options, missing in ([], ["listen"]), (["--no-studies"], ["study", "listen"]):
        with _running(opened, "worker", *options):
            opened.wait_until(lambda: "worker" not in _warned(opened))
            assert _warned(opened) == missing
    with _running(opened, "study"):
        opened.wait_until(lambda: _warned(opened) == ["worker", "listen"])


def test_tables_that_are_missing_are_said_and_nothing_is_made(installation):
    ran = installation.run("doctor", "--json")
    assert _findings(ran)[-1]["name"] == "tables"
    assert _findings(ran)[-1]["state"] == "bad"
    assert ran.returncode == 1


def test_a_key_that_others_may_read_is_said_with_what_to_do(opened):
    key = opened.home / "secret-key"
    key.chmod(0o644)
    ran = opened.run("doctor")
    assert ran.returncode == 1
    assert f"✗ Secret key: other accounts of this machine may read {key}.\n  → Run: chmod 600 {key}\n" in ran.stdout


def test_an_altered_journal_is_found_at_its_position(opened):
    opened.start()
    with psycopg.connect(place(opened.home).url) as connection:
        connection.execute(
            "INSERT INTO journal_entry (kind, about, actor, at, digest) VALUES ('Seen', '{}', 'test', now(), '')"
        )
    opened.wait_until(lambda: _sealed(opened) > 0)
    with psycopg.connect(place(opened.home).url) as connection:
        connection.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        connection.execute("UPDATE journal_entry SET actor = 'somebody else' WHERE position = 1")
        connection.execute("ALTER TABLE journal_entry ENABLE TRIGGER USER")
    ran = opened.run("doctor")
    assert ran.returncode == 1
    assert "✗ Journal: altered at position 1." in ran.stdout


def test_a_journal_written_with_another_key_is_said_with_what_to_do(opened):
    opened.start()
    with psycopg.connect(place(opened.home).url) as connection:
        connection.execute(
            "INSERT INTO journal_entry (kind, about, actor, at, digest) VALUES ('Seen', '{}', 'test', now(), '')"
        )
    opened.wait_until(lambda: _sealed(opened) > 0)
    opened.stop()
    finding = next(one for one in _findings(opened.run("doctor", "--json")) if one["name"] == "journal")
    assert finding["state"] == "good"
    ran = opened.run("doctor", "--json", BINOME_SECRET_KEY="another key, of thirty-two characters or more")
    finding = next(one for one in _findings(ran) if one["name"] == "journal")
    assert finding["state"] == "bad"
    assert finding["remedy"].startswith("Put back the secret key with which this journal was written")


def test_a_database_that_does_not_answer_is_a_finding(installation):
    ran = installation.run("doctor", "--json", DATABASE_URL="postgresql://127.0.0.1:1/none")
    assert _findings(ran)[-1]["name"] == "database"
    assert _findings(ran)[-1]["state"] == "bad"
    assert ran.returncode == 1


def test_a_wrong_variable_is_a_finding(installation):
    ran = installation.run("doctor", "--json", BINOME_TIME_ZONE="Mars/Olympus")
    assert [one["name"] for one in _findings(ran)] == ["configuration"]
    assert "BINOME_TIME_ZONE" in _findings(ran)[0]["says"]
    assert ran.returncode == 1


def _findings(ran) -> list[dict[str, str]]:
    return [json.loads(line) for line in ran.stdout.splitlines()]


def _warned(installation) -> list[str]:
    return [one["name"] for one in _findings(installation.run("doctor", "--json")) if one["state"] == "warning"]


@contextmanager
def _running(installation, *command):
    """This process alone; told to stop it does, and says nothing."""
    with installation.log.open("w") as log:
        installation.process = subprocess.Popen(
            [sys.executable, "-m", "binome", *command],
            env=installation.environment(), cwd=PROJECT, stdout=log, stderr=log,
        )  # fmt: skip
    yield
    assert installation.stop() == 0
    assert installation.log.read_text() == ""


def _sealed(installation) -> int:
    with psycopg.connect(place(installation.home).url) as connection:
        return connection.execute("SELECT count(*) FROM journal_entry WHERE position IS NOT NULL").fetchone()[0]
