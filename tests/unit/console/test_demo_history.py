"""The demo's past is data that the memory is measured on: what its README promises must be so."""

import json
import re
import unicodedata
from collections import Counter, defaultdict
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

ROOT = Path(__file__).parents[3]
DEMO, EVALS = ROOT / "binome" / "console" / "demo", ROOT / "evals" / "data"
FIXED_DAY = datetime(2026, 11, 1, tzinfo=ZoneInfo("Europe/Paris"))
GASPARD_LEFT = datetime(2026, 3, 21, tzinfo=ZoneInfo("Europe/Paris"))
Row = dict[str, Any]


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


HISTORY = _rows(DEMO / "history.jsonl")
QUESTIONS, TRUTH = _rows(EVALS / "history_questions.jsonl"), _rows(EVALS / "history_truth.jsonl")
ENTRIES = {entry["key"] for entry in yaml.safe_load((DEMO / "faq.yaml").read_text(encoding="utf-8"))}
PRESENT = {person["key"] for person in yaml.safe_load((DEMO / "community.yaml").read_text(encoding="utf-8"))["team"]}
MESSAGE = {message["id"]: message for message in HISTORY}
TEAM = [message for message in HISTORY if message["by"] == "team"]
MEMBERS = [message for message in HISTORY if message["by"] == "member"]
THREADS: dict[str, list[Row]] = defaultdict(list)
for row in HISTORY:
    THREADS[row["thread"]].append(row)
VERDICTS = {(row["message"].partition("-")[0], row["problem"]): row["truth"] for row in TRUTH}
"""The last verdict of each thread on each problem: the rows come in order."""


def _at(message: Row) -> datetime:
    return datetime.fromisoformat(message["at"])


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"\W+", " ", "".join(c for c in letters if not unicodedata.combining(c))).strip()


def _repeated(texts: list[str]) -> list[str]:
    return [text for text, times in Counter(texts).items() if times > 1]


def _exchanges() -> list[Row]:
    """The first reply of each exchange: a team's message that follows a member's."""
    return [
        reply
        for thread in THREADS.values()
        for said, reply in pairwise(thread)
        if (said["by"], reply["by"]) == ("member", "team")
    ]


def _asked() -> Counter[str]:
    """In how many threads each problem is asked."""
    return Counter(
        problem
        for thread in THREADS.values()
        for problem in {slug for m in thread if m["by"] == "member" for slug in _problems(m)}
    )


def _problems(message: Row) -> list[str]:
    return [message["problem"], *message.get("also", [])] if "problem" in message else []


def _entries(message: Row) -> list[str]:
    return [message["answer_id"], *message.get("also", [])] if "answer_id" in message else []


# The messages


def test_each_message_has_the_fields_promised_and_no_other() -> None:
    always = {"id", "thread", "at", "by", "author", "text", "channel", "language"}
    own = {"member": {"problem", "also", "closed"}, "team": {"answer_id", "also", "edited_from", "closed"}}
    assert [m["id"] for m in HISTORY if not always <= m.keys() <= always | own[m["by"]]] == []
    assert {m["channel"] for m in HISTORY} == {"email", "chat", "facebook", "instagram", "mastodon", "bluesky"}
    assert {m["language"] for m in HISTORY} == {"fr", "en"}


def test_identifiers_are_unique_and_say_thread_and_place() -> None:
    assert len(MESSAGE) == len(HISTORY)
    assert [m["id"] for t in THREADS.values() for n, m in enumerate(t, 1) if m["id"] != f"{m['thread']}-{n}"] == []


def test_no_two_messages_are_alike() -> None:
    assert _repeated([_plain(m["text"]) or m["text"] for m in HISTORY]) == []
    assert [m["id"] for m in TEAM if m.get("edited_from") == m["text"]] == []


def test_threads_begin_with_a_member_stay_on_a_channel_and_have_two_to_seven_messages_in_order() -> None:
    assert [key for key, thread in THREADS.items() if thread[0]["by"] != "member"] == []
    assert [key for key, thread in THREADS.items() if len(thread) not in range(2, 8)] == []
    assert [key for key, thread in THREADS.items() if len({m["channel"] for m in thread}) > 1] == []
    moments = {key: [_at(m) for m in thread] for key, thread in THREADS.items()}
    assert [key for key, at in moments.items() if at != sorted(set(at))] == []
    assert list(THREADS) == sorted(THREADS, key=lambda key: moments[key][0])


def test_each_of_the_eighteen_months_before_the_fixed_day_has_exchanges_in_the_zone_of_the_community() -> None:
    months = Counter((_at(m).year, _at(m).month) for m in _exchanges())
    assert min(months.values()) >= 20
    assert (min(months), max(months), len(months)) == ((2025, 5), (2026, 10), 18)
    assert [m["id"] for m in HISTORY if _at(m) >= FIXED_DAY] == []
    assert [m["id"] for m in HISTORY if _at(m).utcoffset() != _at(m).astimezone(FIXED_DAY.tzinfo).utcoffset()] == []


def test_the_team_writes_by_day_and_the_colleague_who_left_writes_no_more() -> None:
    assert [m["id"] for m in TEAM if _at(m).hour not in range(7, 23)] == []
    assert {m["author"] for m in TEAM} == PRESENT | {"gaspard"}
    assert [m["id"] for m in TEAM if m["author"] == "gaspard" and _at(m) >= GASPARD_LEFT] == []


def test_entries_named_exist() -> None:
    assert {entry for m in TEAM for entry in _entries(m)} - ENTRIES == set()


def test_names_addresses_and_numbers_are_invented() -> None:
    told = "\n".join(m["text"] for m in HISTORY)
    assert set(re.findall(r"(?:\d\d ){4}\d\d", told)) == {"03 53 01 42 18", "03 53 01 42 11"}
    assert {
        h for h in re.findall(r"[\w.]+@([\w.-]+\w)|https?://([\w.-]+)", told) if not "".join(h).endswith("example")
    } == set()


# How much of what


def test_there_are_more_than_six_hundred_and_forty_exchanges_a_third_of_them_in_english() -> None:
    languages = Counter(reply["language"] for reply in _exchanges())
    assert languages == {"fr": 462, "en": 251}


def test_some_fifty_problems_are_asked_five_to_thirty_times() -> None:
    asked = _asked()
    assert len(asked) == 52
    assert {slug: times for slug, times in asked.items() if times not in range(5, 31)} == {}


def test_it_has_edits_reopenings_one_off_questions_and_silence() -> None:
    closed_too_soon = [m for t in THREADS.values() for m in t[:-1] if m.get("closed")]
    assert len([m for m in TEAM if "edited_from" in m]) >= 40
    assert len(closed_too_soon) >= 20
    assert len([t for t in THREADS.values() if not any(_problems(m) for m in t)]) >= 40
    assert len([t for t in THREADS.values() if all(m["by"] == "member" for m in t)]) >= 4
    assert len({m["author"] for m in MEMBERS}) >= 500
    assert len(_repeated([t[0]["author"] for t in THREADS.values()])) >= 20


# What is right


def test_verdicts_are_on_replies_whose_thread_asks_that_problem() -> None:
    asked = {(m["thread"], slug) for m in MEMBERS for slug in _problems(m)}
    assert [row["message"] for row in TRUTH if MESSAGE[row["message"]]["by"] != "team"] == []
    assert set(VERDICTS) - asked == set()
    assert {row["truth"] for row in TRUTH} == {"right", "outdated", "wrong", "partial"}
    assert _repeated([f"{row['message']} {row['problem']}" for row in TRUTH]) == []


def test_many_answers_went_out_of_date_and_colleagues_contradict_each_other() -> None:
    verdicts = Counter(row["truth"] for row in TRUTH)
    both = {slug for slug in _asked() if {"right", "wrong"} <= {r["truth"] for r in TRUTH if r["problem"] == slug}}
    assert verdicts["outdated"] >= 100
    assert verdicts["wrong"] >= 35
    assert len(both) >= 20


@pytest.mark.parametrize(
    ("problem", "old", "new"),
    [
        ("membership-price", r"\b(20|22|35|50)\b", r"\b(25|12)\b"),
        ("cargo-deposit", r"\b300\b", r"\b400\b"),
        ("bicycode", r"premier samedi|first saturday|8\s?€", r"samedi|saturday|2 to 4|14\s?h (à|et) 16"),
        ("english-evening", r"wednesday", r"second thursday|deuxième jeudi|second"),
    ],
)
def test_outdated_replies_say_the_old_fact_and_right_ones_the_new(problem: str, old: str, new: str) -> None:
    for row in (row for row in TRUTH if row["problem"] == problem):
        said = MESSAGE[row["message"]]["text"].casefold()
        expected = {"outdated": old, "right": new}.get(row["truth"])
        assert expected is None or re.search(expected, said), said


def test_questions_are_new_and_each_problem_has_some() -> None:
    assert len(QUESTIONS) >= 150
    assert _repeated([q["id"] for q in QUESTIONS] + [_plain(q["text"]) for q in QUESTIONS]) == []
    assert {_plain(q["text"]) for q in QUESTIONS} & {_plain(m["text"]) for m in MEMBERS} == set()
    assert {q["problem"] for q in QUESTIONS} - {None} == set(_asked())
    assert Counter(q["language"] for q in QUESTIONS)["en"] >= 60


def test_questions_point_to_the_threads_that_answer_them_on_the_fixed_day() -> None:
    for question in QUESTIONS:
        for verdict in ("right", "outdated"):
            judged = [
                t for (t, problem), truth in VERDICTS.items() if (problem, truth) == (question["problem"], verdict)
            ]
            assert question[verdict] == sorted(judged), question["id"]
    unanswerable = {q["problem"] for q in QUESTIONS if not q["right"]}
    assert unanswerable == {None, "repair-status"}


def test_about_half_of_the_questions_are_for_choices() -> None:
    even = [q for q in QUESTIONS if int(sha256(q["id"].encode()).hexdigest(), 16) % 2 == 0]
    assert abs(len(even) - len(QUESTIONS) / 2) < 10
