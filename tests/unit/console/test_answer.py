"""`binome answer` on files: shape, order, and one sentence for each thing that can be wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from binome.console.answer import answer

KNOWLEDGE = [
    {"id": "hours", "question": "When are you open?", "answer": "From Tuesday to Saturday.", "language": "en"},
    {"id": 7, "question": "How much is delivery?", "answer": "Four euros.", "alternatives": ["delivery price"]},
]
QUESTIONS = [
    {"id": "b", "text": "opening hours?"},
    {"id": "a", "text": ""},
    {"id": "c", "text": "🎉🎉"},
    {"id": 4, "text": "price of delivery " * 600},
    {"id": "e", "text": "delivery price"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "faq.jsonl").write_text("\n".join(json.dumps(row) for row in KNOWLEDGE), "utf-8")
    (tmp_path / "questions.jsonl").write_text("\n".join(json.dumps(row) for row in QUESTIONS) + "\n\n", "utf-8")
    return tmp_path


def run(folder: Path, *more: str) -> Result:
    files = [
        "--knowledge",
        f"{folder}/faq.jsonl",
        "--input",
        f"{folder}/questions.jsonl",
        "--output",
        f"{folder}/out.jsonl",
    ]
    return CliRunner().invoke(answer, [*files, *more])


def answers(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "out.jsonl").read_text("utf-8").splitlines()]


def test_every_question_gets_one_line_in_its_order(folder: Path) -> None:
    assert run(folder).exit_code == 0
    assert [line["id"] for line in answers(folder)] == ["b", "a", "c", "4", "e"]


def test_a_line_has_the_promised_shape(folder: Path) -> None:
    run(folder)
    line = answers(folder)[4]
    assert list(line) == ["id", "answer_id", "confidence", "alternatives", "language"]
    assert line["answer_id"] == "7"
    assert line["alternatives"][0] == {"id": "7", "confidence": line["confidence"]}
    assert {other["id"] for other in line["alternatives"]} == {"7", "hours"}


def test_what_says_nothing_is_not_answered(folder: Path) -> None:
    run(folder)
    assert [line["answer_id"] for line in answers(folder)[1:3]] == [None, None]


def test_two_runs_write_the_same_bytes(folder: Path) -> None:
    run(folder)
    first = (folder / "out.jsonl").read_bytes()
    run(folder)
    assert (folder / "out.jsonl").read_bytes() == first


def test_strictness_zero_answers_and_one_refuses(folder: Path) -> None:
    run(folder, "--strictness", "0")
    assert answers(folder)[0]["answer_id"] == "hours"
    run(folder, "--strictness", "1")
    assert [line["answer_id"] for line in answers(folder)] == [None] * 5


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("faq.jsonl", b'{"id": "x", "question": "q", "answer": "a"}\n{oops\n', "faq.jsonl, line 2"),
        ("faq.jsonl", b'{"id": "x", "question": "q"}\n', "faq.jsonl, line 1"),
        ("faq.jsonl", b'["x"]\n', "faq.jsonl, line 1"),
        ("faq.jsonl", b'{"id": "x", "question": "q", "answer": "a", "alternatives": "no list"}', "faq.jsonl, line 1"),
        (
            "faq.jsonl",
            b'{"id": "x", "question": "q", "answer": "a"}\n{"id": "x", "question": "q", "answer": "a"}',
            "line 2",
        ),
        ("questions.jsonl", b'{"id": "x"}\n', "questions.jsonl, line 1"),
        ("questions.jsonl", b'{"id": true, "text": "q"}\n', "questions.jsonl, line 1"),
        ("questions.jsonl", b"\xff\xfe\x00", "questions.jsonl"),
    ],
)
def test_unreadable_input_is_told_in_one_sentence(folder: Path, name: str, content: bytes, told: str) -> None:
    (folder / name).write_bytes(content)
    result = run(folder)
    assert result.exit_code == 2
    assert told in result.output
    assert "Traceback" not in result.output
    assert not (folder / "out.jsonl").exists()


def test_a_missing_file_is_told(folder: Path) -> None:
    (folder / "faq.jsonl").unlink()
    result = run(folder)
    assert (result.exit_code, "faq.jsonl" in result.output) == (2, True)


def test_a_folder_that_is_not_there_is_told(folder: Path) -> None:
    result = run(folder, "--output", str(folder / "nowhere" / "out.jsonl"))
    assert (result.exit_code, "nowhere" in result.output) == (2, True)


def test_an_empty_knowledge_answers_nothing(folder: Path) -> None:
    (folder / "faq.jsonl").write_text("")
    assert run(folder).exit_code == 0
    assert [line["answer_id"] for line in answers(folder)] == [None] * 5
