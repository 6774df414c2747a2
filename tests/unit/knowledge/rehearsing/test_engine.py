"""The past run again: nothing of the future is used, and what would have been wrong is counted."""

import zlib

import numpy as np
import pytest

from binome.autonomy.guarantee import Promise
from binome.knowledge.matching import Entry, Matcher
from binome.knowledge.rehearsing import Guess, PastCase, Rehearsal, Rules, Tally, again, report

RULES = Rules(Promise(0.2, 0.1))
TOPICS = {
    "hours": ["when are you open", "what are your opening hours", "are you open on monday"],
    "delivery": ["how much is delivery", "what does shipping cost", "is delivery free"],
    "returns": ["how do I return a bike", "can I send my order back", "what is your return policy"],
}
TAILS = ("please", "thanks a lot", "for my bike", "today", "if you can tell me", "hi there", "", "in the shop")


def encode(texts):
    """Words hashed into 512 places: texts are near when they share words."""
    rows = np.zeros((len(texts), 512), np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in text.lower().split() or [""]:
            row[zlib.crc32(word.encode()) % 512] += 1
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def past(cases, seed=1, unanswered=0.0):
    random = np.random.default_rng(seed)
    found = []
    for number in range(cases):
        answer = str(random.choice(list(TOPICS)))
        text = f"{random.choice(TOPICS[answer])} {random.choice(TAILS)} {random.integers(1000)}"
        found.append(PastCase(str(number), text, None if random.random() < unanswered else answer))
    return found


def run(cases, rules=RULES, entries=()):
    return list(Rehearsal(rules, entries, encode).run(cases))


@pytest.fixture(scope="module")
def items():
    return run(past(200))


def test_every_case_comes_out_once_in_its_order(items):
    assert [item.case.id for item in items] == [str(number) for number in range(200)]


def test_a_lane_opens_after_its_evidence_and_then_acts_alone(items):
    first = next(place for place, item in enumerate(items) if item.alone)
    assert first > 60
    assert {item.reason for item in items[:first]} == {"no_answer", "lane_shut"}
    assert sum(item.alone for item in items) > 50
    assert sum(item.alone and item.wrong for item in items) <= 0.2 * sum(item.alone for item in items)


def test_what_comes_later_changes_nothing_of_what_was_decided_before(items):
    other = [*past(200)[:120], *(PastCase(f"x{n}", "something else entirely", None) for n in range(40))]
    assert run(other)[:120] == items[:120]


def test_where_people_answered_nothing_an_act_is_wrong():
    found = [item for item in run(past(100, unanswered=1.0)) if item.given is not None]
    assert found == []
    mixed = run(past(200, unanswered=0.3))
    assert all(item.wrong for item in mixed if item.case.answer is None)


def test_a_past_without_sense_opens_no_lane():
    random = np.random.default_rng(3)
    cases = [PastCase(str(n), f"word{random.integers(300)}", str(random.choice(["a", "b", "c"]))) for n in range(150)]
    assert not any(item.alone for item in run(cases))


def test_a_veto_leaves_the_case_to_people_whatever_its_confidence(items):
    cases = [PastCase(c.id, c.text, c.answer, veto="distress" if int(c.id) % 5 == 0 else "") for c in past(200)]
    found = run(cases)
    assert {item.reason for item in found if item.case.veto} == {"distress"}
    assert any(item.alone for item in found)


def test_lanes_that_are_given_open_each_on_its_own_evidence():
    cases = [PastCase(c.id, c.text, c.answer, lane="rare" if int(c.id) % 20 == 0 else "common") for c in past(200)]
    rehearsal = Rehearsal(RULES, (), encode)
    list(rehearsal.run(cases))
    assert rehearsal.lanes["common"].open
    assert (rehearsal.lanes["rare"].open, rehearsal.lanes["rare"].alone) == (False, 0)


def test_with_knowledge_only_its_answers_are_given_and_wordings_are_learnt():
    entries = [Entry("hours", "opening hours", "From 9.", "en"), Entry("delivery", "delivery price", "Free.", "en")]
    found = run(past(200), entries=entries)
    assert {item.given for item in found} <= {"hours", "delivery", None}
    assert found[0].given is not None
    assert all(item.wrong for item in found if item.case.answer == "returns")
    late = [item for item in found[100:] if item.case.answer != "returns"]
    assert sum(not item.wrong for item in late) / len(late) > 0.95


def test_with_fewer_audits_less_is_known_and_the_same_seed_gives_the_same_run():
    rules = Rules(Promise(0.2, 0.1), audits=0.2)
    assert run(past(150), rules) == run(past(150), rules)


def test_another_promise_on_the_same_past_is_what_a_whole_run_would_have_given(items):
    strict = Promise(0.15, 0.1)
    decided, lanes = again(items, strict)
    assert decided == run(past(200), Rules(strict))
    assert sum(lane.alone for lane in lanes.values()) == sum(item.alone for item in decided)


def test_the_report_counts_what_the_items_say():
    rehearsal = Rehearsal(RULES, (), encode)
    items = list(rehearsal.run(past(200, unanswered=0.05)))
    found = report(rehearsal, Tally().add(items))
    alone, wrong = [item for item in items if item.alone], [item for item in items if item.alone and item.wrong]
    assert (found["overall"]["alone"], found["overall"]["wrong"]) == (len(alone), len(wrong))
    assert found["overall"]["handed_over"] == 200 - len(alone) == sum(found["overall"]["reasons"].values())
    assert [row["id"] for row in found["wrong"]] == [item.case.id for item in wrong]
    (lane,) = found["lanes"]
    assert (lane["lane"], lane["cases"], lane["fallen_back"]) == ("answer · en", 200, 0)
    assert lane["interval"][0] <= lane["realised_risk"] <= lane["interval"][1]


def test_nothing_happened_nothing_is_reported():
    rehearsal = Rehearsal(RULES, (), encode)
    assert list(rehearsal.run([])) == []
    found = report(rehearsal, Tally())
    assert (found["lanes"], found["wrong"], found["overall"]["realised_risk"]) == ([], [], None)


def test_a_rehearsal_caught_up_with_goes_on_as_if_it_had_never_stopped(items):
    cases = past(200)
    again_from_the_start = Rehearsal(RULES, (), encode)
    guesses = [Guess(item.given, np.array(item.signs)) for item in items[:120]]
    caught_up = list(again_from_the_start.catch_up(cases[:60], guesses[:60]))
    caught_up += again_from_the_start.catch_up(cases[60:120], guesses[60:])
    assert [item.alone for item in caught_up] == [item.alone for item in items[:120]]
    first = Rehearsal(RULES, (), encode)
    before = [*first.run(cases[:60]), *first.run(cases[60:120])]
    assert caught_up == before
    assert list(again_from_the_start.run(cases[120:])) == list(first.run(cases[120:]))


def test_entries_alone_answer_with_their_own_confidence_and_learn_nothing():
    entries = [Entry(name, texts[0], f"About {name}.", "en") for name, texts in TOPICS.items()]
    found = run(past(60), Rules(Promise(0.2, 0.1), learns=False), entries)
    assert {item.given for item in found} <= {*TOPICS, None}
    by_text = {}
    for item in found:
        assert by_text.setdefault(item.case.text, item.confidence) == item.confidence
        assert item.signs in ((item.confidence,), ())
    matcher = Matcher(entries, encode=encode)
    assert [item.confidence for item in found[:5]] == [
        m.confidence for m in matcher.answer([i.case.text for i in found[:5]])
    ]


def test_topics_become_lanes_by_the_topic_of_what_is_proposed_and_the_report_has_a_row_of_each():
    rules = Rules(RULES.promise, enough=20)
    rehearsal = Rehearsal(rules, (), encode, {"hours": "opening", "returns": "returns"})
    items = list(rehearsal.run(past(300)))
    found = report(rehearsal, Tally().add(items))
    rows = {row["lane"]: row for row in found["lanes"]}
    assert list(rows) == ["answer · en", "answer · en · opening", "answer · en · returns"]
    assert [rows[name]["follows"] for name in rows] == [False, True, True]
    for name, row in rows.items():
        mine = [item for item in items if item.own_lane == name]
        assert row["cases"] == len(mine) > 50
        assert (row["alone"], row["wrong"]) == (sum(i.alone for i in mine), sum(i.alone and i.wrong for i in mine))
    assert {row["opened_at"] for row in rows.values()} == {rows["answer · en"]["opened_at"]}
    assert {row["lane"] for row in found["wrong"]} <= set(rows)
    assert all(item.given in {"hours", "returns"} for item in items if item.topic)


def test_while_topics_follow_they_change_nothing_of_what_is_done():
    topics = {name: name for name in TOPICS}
    with_topics = list(Rehearsal(Rules(RULES.promise, enough=20), (), encode, topics).run(past(200)))
    assert [(i.alone, i.reason, i.confidence) for i in with_topics] == [
        (i.alone, i.reason, i.confidence) for i in run(past(200))
    ]
    assert again(with_topics, RULES.promise, 20)[0] == with_topics


def test_a_topic_of_which_the_answers_turned_wrong_closes_and_the_others_go_on():
    cases = [
        PastCase(case.id, case.text, "moved" if case.answer == "hours" and int(case.id) > 300 else case.answer)
        for case in past(700)
    ]
    entries = [Entry(name, texts[0], f"About {name}.", "en") for name, texts in TOPICS.items()]
    rules = Rules(Promise(0.2, 0.1), enough=20)
    rehearsal = Rehearsal(rules, entries, encode, {name: name for name in TOPICS})
    found = report(rehearsal, Tally().add(rehearsal.run(cases)))
    rows = {row["lane"]: row for row in found["lanes"]}
    assert (rows["answer · en · hours"]["fallen_back"], rows["answer · en · hours"]["follows"]) == (1, False)
    assert [rows[f"answer · en · {name}"]["fallen_back"] for name in ("delivery", "returns")] == [0, 0]
    assert sum(row["cases"] for row in rows.values()) == 700 == found["overall"]["cases"]
    assert rows["answer · en · delivery"]["open"]
