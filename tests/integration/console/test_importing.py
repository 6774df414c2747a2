"""`binome import`: what it says, and what is in afterwards, without any worker."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.utils import translation

from binome.console.transfer import bring_in
from binome.inbox.models import Conversation, Message
from binome.knowledge.memory.models import Intake, Problem
from binome.knowledge.models import Import, Source
from tests.community import workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    workspace(language="fr")
    file = tmp_path / "faq.jsonl"
    rows = [{"id": f"e{number}", "question": f"Question {number} ?", "answer": "Oui."} for number in range(230)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


@pytest.fixture
def past(tmp_path: Path) -> Path:
    workspace(language="fr")
    file = tmp_path / "past.jsonl"
    said = [{"at": "2026-03-01T09:00:00+01:00", "by": "member", "text": "Bonjour"}]
    rows = [{"id": str(number), "member": {"name": f"Nadia {number}"}, "messages": said} for number in range(230)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def test_past_conversations_are_in_once_however_often_the_file_is_taken(past: Path) -> None:
    assert "230 conversations entered." in messages(past).output
    assert "0 conversations entered." in messages(past).output
    assert Conversation.objects.count() == Message.objects.count() == 230


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"id": 1}', "Line 231 is not a conversation: it has no “messages”."),
        ("[" * 100_000, "Line 231 is not a conversation: maximum recursion depth exceeded"),
        ("\udcff", "Line 231 is not a conversation: Expecting value"),
        ('{"id": 1, "messages": [{"at": "2026-03-01", "text": "?"}]}', "needs a time zone"),
    ],
)
def test_a_line_that_is_no_conversation_is_told_in_a_sentence(past: Path, line: str, why: str) -> None:
    past.write_bytes(past.read_bytes() + line.encode(errors="surrogateescape"))
    ran = messages(past)
    assert ran.exit_code == 2
    assert why in ran.output
    assert Conversation.objects.count() == 200  # those entered before stay: the file may be put right and taken again


def messages(file: Path) -> Result:
    with translation.override("en"):
        ran = CliRunner().invoke(bring_in, ["messages", str(file)])
    assert ran.exception is None or isinstance(ran.exception, SystemExit)
    return ran


def run(*arguments: str) -> str:
    with translation.override("en"):
        ran = CliRunner().invoke(bring_in, ["faq", *arguments], catch_exceptions=False)
    assert ran.exit_code == 0
    return ran.output


def test_all_entries_are_in_when_the_command_ends(file):
    assert run(str(file)).startswith("230 new, 0 changed, 0 unchanged.")
    assert Source.objects.count() == 230
    assert Import.objects.get().state == Import.State.DONE


def test_the_same_file_again_changes_nothing(file):
    run(str(file))
    assert run(str(file)).startswith("0 new, 0 changed, 230 unchanged.")
    assert set(Source.objects.values_list("revision", flat=True)) == {1}


def test_a_dry_run_says_it_and_changes_nothing(file):
    assert run(str(file), "--dry-run").startswith("230 new, 0 changed, 0 unchanged.")
    assert not Source.objects.exists()


def history(*arguments: str) -> str:
    with translation.override("en"):
        ran = CliRunner().invoke(bring_in, ["history", *arguments], catch_exceptions=False)
    assert ran.exit_code == 0
    return ran.output


@pytest.fixture
def years(tmp_path: Path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "kept"
    workspace(language="fr")
    file = tmp_path / "past.csv"
    said = [("member", "Où se trouve la pompe ?"), ("team", "Derrière l’atelier."), ("member", "merci !")]
    rows = [
        f"t{number};2026-03-0{turn + 1};{by};{text}" for number in range(30) for turn, (by, text) in enumerate(said)
    ]
    file.write_text("\n".join(["thread;date;by;text", *rows]), encoding="utf-8")
    return file


def test_past_exchanges_are_learnt_when_the_command_ends(years):
    said = history(str(years))
    assert said.startswith("csv: 90 messages in 30 exchanges, 0 bad rows.")
    assert said.rstrip().endswith("90 new messages.")
    found = Problem.objects.get()
    assert (found.title, found.cases_number) == ("Où se trouve la pompe ?", 30)


def test_the_same_past_again_adds_nothing(years):
    history(str(years))
    assert history(str(years)).rstrip().endswith("0 new messages.")
    assert Problem.objects.get().cases_number == 30


def test_a_dry_run_says_what_a_past_holds_and_takes_nothing(years):
    assert history(str(years), "--dry-run").startswith("csv: 90 messages")
    assert not Problem.objects.exists()
    assert Intake.objects.get().state == "abandoned"
