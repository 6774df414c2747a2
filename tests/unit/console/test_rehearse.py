"""`binome rehearse` on files: shape of the report, and one sentence for each thing that can be wrong."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from binome.console.rehearse import rehearse

SAID = {"hours": "when do you open", "price": "how much is a tube", "where": "where is your shop"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    cases = [(place, answer, f"{SAID[answer]} {'please ' * (place % 4)}") for place, answer in enumerate([*SAID] * 70)]
    rows = [{"id": place, "text": text, "answer": f"Hello, see {answer}."} for place, answer, text in cases]
    rows += [{"id": "last", "text": "I want to speak to a real person, not a robot", "answer_id": None}]
    (tmp_path / "past.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return tmp_path


def run(folder: Path, *more: str):
    always = ["--history", f"{folder}/past.jsonl", "--risk", "0.1", "--confidence", "0.9"]
    return CliRunner().invoke(rehearse, [*always, *more])


def test_the_report_has_the_promised_shape(folder):
    found = run(folder, "--report", f"{folder}/out.json")
    assert found.exit_code == 0
    report = json.loads((folder / "out.json").read_text("utf-8"))
    assert report["overall"]["cases"] == 211
    assert {"cases", "alone", "wrong", "handed_over"} <= report["overall"].keys()
    (lane,) = report["lanes"]
    assert {"lane", "opened_at", "alone", "wrong", "interval", "handed_over", "fallen_back"} <= lane.keys()
    assert (lane["alone"] > 50, lane["wrong"], report["wrong"]) == (True, 0, [])
    assert report["overall"]["reasons"]["asked_for_person"] == 1
    assert found.output.splitlines()[0].startswith("211 ")


def test_with_entries_the_answers_are_theirs(folder):
    rows = [{"id": f"faq-{name}", "question": text, "answer": f"See {name}."} for name, text in SAID.items()]
    (folder / "faq.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    found = run(folder, "--knowledge", f"{folder}/faq.jsonl", "--report", f"{folder}/out.json")
    assert found.exit_code == 0
    assert json.loads((folder / "out.json").read_text("utf-8"))["lanes"][0]["wrong"] == 0


def test_an_empty_past_is_no_error(tmp_path):
    (tmp_path / "past.jsonl").write_text("")
    found = run(tmp_path)
    assert (found.exit_code, found.output.startswith("0 ")) == (0, True)


def past_of(folder: Path, rows: list[dict]) -> dict:
    """The report on these lines."""
    (folder / "past.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    found = run(folder, "--report", f"{folder}/out.json")
    assert found.exit_code == 0, found.output
    return json.loads((folder / "out.json").read_text("utf-8"), parse_constant=lambda name: pytest.fail(name))


def test_a_past_of_oddities_is_run_through(tmp_path):
    rows = [
        {"id": "a", "text": "\ud800 hello", "answer": "\ud800"},
        {"id": 2, "text": "x" * 50_000, "answer_id": 7, "more": {"nested": [1]}},
        {"id": 2.5, "text": "\x00\x01", "answer_id": 0},
        {"id": "d", "text": "مرحبا كيف الحال؟", "answer": None, "lane": None},
        {"id": "e", "text": "", "answer": "", "answer_id": ""},
        {"id": "f", "text": "🙂", "answer": 5, "lane": " a\nlane ", "at": ["never"]},
    ]
    report = past_of(tmp_path, rows)
    assert (report["overall"]["cases"], report["overall"]["alone"], report["wrong"]) == (6, 0, [])
    assert "a lane" in [lane["lane"] for lane in report["lanes"]]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Bravo, 3 semaines de retard, on sent les vrais pros !!", "irony_suspected"),
        ("Vous êtes des connards", "insult"),
        ("je n'en peux plus, je veux en finir", "distress"),
        ("mon avocat vous mettra en demeure", "legal"),
        ("I want to speak to a human", "asked_for_person"),
    ],
)
def test_what_the_product_leaves_to_people_is_left_to_them(tmp_path, text, reason):
    assert past_of(tmp_path, [{"id": 1, "text": text, "answer": "yes"}])["overall"]["reasons"] == {reason: 1}


def test_the_same_words_many_times_in_years_are_no_flood(tmp_path):
    rows = [{"id": n, "text": "at what time do you open on Sunday mornings?", "answer": "At 9."} for n in range(20)]
    assert "flood" not in past_of(tmp_path, rows)["overall"]["reasons"]


def test_lines_out_of_order_are_run_in_the_order_of_their_instants(tmp_path, folder):
    rows = [json.loads(line) for line in (folder / "past.jsonl").read_text("utf-8").splitlines()]
    timed = [{**row, "at": f"2025-01-01T{n // 60:02}:{n % 60:02}"} for n, row in enumerate(rows)]
    in_order = past_of(tmp_path, timed)
    assert past_of(tmp_path, timed[::-1]) == in_order
    one_without = [*timed[:-1], {**timed[-1], "at": "some day"}]
    assert past_of(tmp_path, one_without[::-1])["overall"]["cases"] == 211


@pytest.mark.parametrize("answer", [["a"], {"a": 1}, True])
def test_an_answer_that_is_no_text_is_told_with_its_line(tmp_path, answer):
    (tmp_path / "past.jsonl").write_text(json.dumps({"id": 1, "text": "a", "answer": answer}))
    found = run(tmp_path)
    assert (found.exit_code, found.output.count("\n"), "past.jsonl" in found.output) == (2, 1, True)


@pytest.mark.parametrize(
    "line",
    [
        '{"id": 1}',
        '{"id": 1, "text": "a", "answer_id": NaN}',
        "[]",
        "not json",
        '{"id": 1, "text": "a"}\n{"id": 1, "text": "b"}',
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(tmp_path, line):
    (tmp_path / "past.jsonl").write_text(line)
    found = run(tmp_path)
    assert (found.exit_code, "past.jsonl" in found.output) == (2, True)


@pytest.mark.parametrize("risk", ["0", "1", "-1", "nan", "x"])
def test_a_risk_that_is_no_share_is_refused(folder, risk):
    assert run(folder, "--risk", risk).exit_code != 0
