"""`binome import faq`: what it says, and what is in afterwards, without any worker."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import translation

from binome.console.transfer import bring_in
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
