"""`binome understand` on files: shape, order, stages chosen, and one sentence for each thing that can be wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from binome.console.understand import BATCH, understand
from binome.understanding.running import names_of_stages

MESSAGES: list[dict[str, Any]] = [
    {"id": "b", "text": "Espèce de connard, va te faire foutre !"},
    {"id": 7, "text": ""},
    {"id": "c", "text": "Bravo, quelle rapidité", "context": ["Le réseau est en panne depuis mardi."], "author": "x"},
    {"id": "d", "text": "Merci beaucoup, vous êtes adorables"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "messages.jsonl").write_text("\n".join(json.dumps(row) for row in MESSAGES) + "\n\n", "utf-8")
    return tmp_path


def run(folder: Path, *more: str) -> Result:
    files = ["--input", f"{folder}/messages.jsonl", "--output", f"{folder}/out.jsonl"]
    return CliRunner().invoke(understand, [*files, *more])


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "out.jsonl").read_text("utf-8").splitlines()]


def test_every_message_gets_one_line_in_its_order(folder: Path) -> None:
    assert run(folder).exit_code == 0
    assert [line["id"] for line in lines(folder)] == ["b", "7", "c", "d"]


def test_every_stage_says_a_label_and_how_sure_it_is(folder: Path) -> None:
    run(folder)
    for line in lines(folder):
        assert set(line) == {"id", "annotations"}
        assert set(line["annotations"]) <= set(names_of_stages())
        for said in line["annotations"].values():
            assert isinstance(said["label"], str)
            assert 0 <= said["confidence"] <= 1


def test_toxicity_and_hate_say_how_likely_they_are_whatever_the_label(folder: Path) -> None:
    run(folder)
    rude, _empty, _praise, kind = (line["annotations"] for line in lines(folder))
    assert rude["toxicity"]["label"] == "toxic"
    assert rude["toxicity"]["confidence"] > 0.5
    assert {"kinds", "target"} <= set(rude["toxicity"])
    assert kind["toxicity"]["label"] == "ok"
    assert kind["toxicity"]["confidence"] < 0.5
    assert kind["hate"]["confidence"] < 0.5


def test_a_line_has_the_same_fields_whatever_is_said(folder: Path) -> None:
    run(folder)
    for line in lines(folder):
        said = line["annotations"]
        assert {"kinds", "target"} <= set(said["toxicity"])
        assert "groups" in said["hate"]
        assert said["language"]["label"] == ("und" if line["id"] == "7" else "fr")
    empty = lines(folder)[1]["annotations"]
    assert (empty["toxicity"]["kinds"], empty["toxicity"]["target"], empty["language"]["confidence"]) == (
        {},
        "nobody",
        0.0,
    )


def test_only_the_stages_named_are_told(folder: Path) -> None:
    assert run(folder, "--stages", "question, sentiment").exit_code == 0
    assert all(set(line["annotations"]) == {"question", "sentiment"} for line in lines(folder))


def test_more_messages_than_a_batch_are_all_read(folder: Path) -> None:
    many = [{"id": f"m{at}", "text": f"message {at}"} for at in range(BATCH + 5)]
    (folder / "messages.jsonl").write_text("\n".join(map(json.dumps, many)), "utf-8")
    assert run(folder, "--stages", "links").exit_code == 0
    assert [line["id"] for line in lines(folder)] == [row["id"] for row in many]


def test_an_unknown_stage_is_named_with_those_that_there_are(folder: Path) -> None:
    result = run(folder, "--stages", "sentiment,mood")
    assert result.exit_code == 2
    assert "mood" in result.output
    assert "sentiment" in result.output
    assert not (folder / "out.jsonl").exists()


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ('{"id": "x"}', "text"),
        ("nothing", "JSON"),
        ('{"id": "x", "text": "a", "context": "not a list"}', "context"),
        ('{"id": "b", "text": "again"}', "b"),
    ],
)
def test_a_wrong_line_is_told_and_nothing_is_written(folder: Path, row: str, told: str) -> None:
    with (folder / "messages.jsonl").open("a", encoding="utf-8") as file:
        file.write(row + "\n")
    result = run(folder, "--stages", "links")
    assert result.exit_code == 2
    assert told in result.output
    assert "line" in result.output or "ligne" in result.output
    assert sorted(path.name for path in folder.iterdir()) == ["messages.jsonl"]


def test_a_folder_that_does_not_exist_is_told(folder: Path) -> None:
    files = ["--input", f"{folder}/messages.jsonl", "--output", f"{folder}/nowhere/out.jsonl"]
    result = CliRunner().invoke(understand, files)
    assert result.exit_code == 2
    assert "nowhere" in result.output


def test_half_a_pair_in_a_text_is_written_as_something_readable(folder: Path) -> None:
    (folder / "messages.jsonl").write_text('{"id": "x\\ud83d", "text": "quoi \\ud83d f*ck"}', "utf-8")
    assert run(folder).exit_code == 0
    assert lines(folder)[0]["id"] == "x?"
