"""The demo community is data that people judge the product by: it must be whole, coherent and well set."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

DEMO = Path(__file__).parents[3] / "binome" / "console" / "demo"
NARROW, FIXED = "\u202f", "\u00a0"
Row = dict[str, Any]


def _lines(name: str) -> list[Row]:
    return [json.loads(line) for line in (DEMO / name).read_text(encoding="utf-8").splitlines()]


COMMUNITY: Row = yaml.safe_load((DEMO / "community.yaml").read_text(encoding="utf-8"))
FAQ: list[Row] = yaml.safe_load((DEMO / "faq.yaml").read_text(encoding="utf-8"))
CONVERSATIONS, UNANSWERED = _lines("conversations.jsonl"), _lines("unanswered.jsonl")
ENTRY = {entry["key"]: entry for entry in FAQ}
TEAM = {person["key"]: person for person in COMMUNITY["team"]}
CHANNELS = {channel["key"] for channel in COMMUNITY["channels"]}
LOADED_AT = [datetime(2030, 3, 13, 0, 5), datetime(2030, 3, 13, 11, 0), datetime(2030, 3, 13, 23, 55)]


def _messages() -> Iterator[tuple[Row, Row]]:
    return ((conversation, message) for conversation in CONVERSATIONS for message in conversation["messages"])


def _said() -> list[tuple[Row, Row]]:
    return [(conversation, message) for conversation, message in _messages() if message["text"]]


def _instant(at: str, now: datetime) -> datetime:
    """Read "-6m" (minutes ago) or "-12d 18:04" (that local hour, days before); anything else is an error."""
    if minutes := re.fullmatch(r"-(\d+)m", at):
        return now - timedelta(minutes=int(minutes[1]))
    days, clock = re.fullmatch(r"([+-]\d+)d (\d\d:\d\d)", at).groups()  # type: ignore[union-attr]
    hour, minute = map(int, clock.split(":"))
    return (now + timedelta(days=int(days))).replace(hour=hour, minute=minute)


def _days(on: str) -> int:
    return int(re.fullmatch(r"([+-]\d+)d", on)[1])  # type: ignore[index]


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"\W+", " ", "".join(c for c in letters if not unicodedata.combining(c))).strip()


def _duplicates(texts: Iterator[str]) -> list[str]:
    return [text for text, times in Counter(texts).items() if times > 1]


# How the team writes


FRENCH_FAULTS = {
    "apostrophe or quotes of a typewriter": r"['\"]",
    "three dots": r"\.\.\.",
    "no narrow no-break space before ? ! ; %": rf"(?<![{NARROW}?!])[?!;%]",
    "no no-break space before :": rf"(?<![{FIXED}\d]):(?!//)",
    "no no-break space inside « »": rf"«(?!{FIXED})|(?<!{FIXED})»",
    "a number parted from its unit": r"\d (?:€|km|kg|cm|mm|h\b)",
}
ENGLISH_FAULTS = {
    "apostrophe or quotes of a typewriter": r"['\"]",
    "three dots": r"\.\.\.",
    "a space before ? ! ; : %": rf"[ {NARROW}{FIXED}][?!;:%]",
    "a French no-break space": f"{NARROW}",
}


def _faults(text: str, language: str) -> list[str]:
    rules = FRENCH_FAULTS if language == "fr" else ENGLISH_FAULTS
    return [f"{fault}: {text}" for fault, pattern in rules.items() if re.search(pattern, text)]


def _written_by_the_team() -> Iterator[tuple[str, str]]:
    for entry in FAQ:
        yield from ((entry[field], entry["language"]) for field in ("question", "answer"))
    for reply in COMMUNITY["saved_replies"]:
        yield from ((reply[field], reply["language"]) for field in ("title", "text"))
    for person in COMMUNITY["team"]:
        yield person["about"], "fr"
    for named in (COMMUNITY["description"], *COMMUNITY["tags"], *COMMUNITY["topics"]):
        yield from ((named[language], language) for language in ("fr", "en"))
    for conversation, message in _messages():
        if message["from"] in {"team", "ai"}:
            yield message["text"], conversation["member"]["language"]
        yield (message["text"] if message["from"] == "note" else message.get("handover", "")), "fr"


def test_what_the_team_writes_is_well_set_in_both_languages() -> None:
    assert [fault for text, language in _written_by_the_team() for fault in _faults(text, language)] == []


@pytest.mark.parametrize("text", ["Quand ?", "C'est lui", "Prix : 5", "5 %", "«\u00a0oui»", "20 €", "Ah..."])
def test_a_badly_set_french_sentence_is_noticed(text: str) -> None:
    assert _faults(text, "fr")


# What may be quoted


def test_the_faq_is_large_bilingual_and_each_entry_has_members_words() -> None:
    languages = Counter(entry["language"] for entry in FAQ)
    assert languages["fr"] >= 50
    assert languages["en"] >= 18
    assert [e["key"] for e in FAQ if not 2 <= len(e["alternatives"]) <= 6] == []
    assert [e["key"] for e in FAQ if len(re.findall(r"[.!?…](?:\s|$)", e["answer"])) not in range(1, 6)] == []


def test_no_two_entries_share_a_key_a_question_or_an_alternative() -> None:
    assert len(ENTRY) == len(FAQ)
    assert _duplicates(_plain(text) for e in FAQ for text in (e["question"], *e["alternatives"])) == []


def test_each_entry_has_an_owner_who_may_edit_a_known_topic_and_known_channels() -> None:
    assert [e["key"] for e in FAQ if TEAM[e["owner"]]["role"] == "viewer"] == []
    assert {e["topic"] for e in FAQ} == {topic["key"] for topic in COMMUNITY["topics"]}
    assert {channel for e in FAQ for channel in e.get("channels", [])} <= CHANNELS


def test_one_entry_is_out_of_date_and_a_few_expire_soon() -> None:
    expiries = [_days(entry["expires_on"]) for entry in FAQ if "expires_on" in entry]
    assert len([days for days in expiries if days < 0]) == 1
    assert len([days for days in expiries if 0 < days <= 30]) >= 3


def _prices(answer: str) -> set[int]:
    french = [pair for found in re.findall(r"(\d+)(?: à (\d+))?\s€", answer) for pair in found if pair]
    return set(map(int, french + re.findall(r"€(\d+)", answer)))


def _hours(answer: str) -> set[int]:
    french = [int(hour) for hour in re.findall(r"(\d+)\sh\b", answer)]
    english = re.findall(r"(\d+)(?:\.\d\d)? (am|pm)", answer)
    return {*french, *(int(hour) % 12 + 12 * (half == "pm") for hour, half in english)}


TWINS = sorted(key for key in ENTRY if f"{key}-en" in ENTRY)


@pytest.mark.parametrize("key", TWINS)
def test_an_entry_and_its_english_twin_give_the_same_prices_and_hours(key: str) -> None:
    french, english = ENTRY[key]["answer"], ENTRY[f"{key}-en"]["answer"]
    assert (_prices(french), _hours(french)) == (_prices(english), _hours(english))


FACTS: list[tuple[str, int, list[str]]] = [
    ("deposit", 400, ["cargo-deposit", "cargo-deposit-en", "cargo-insurance"]),
    ("day pass", 5, ["first-visit", "cargo-price", "cargo-price-en", "day-pass-en"]),
    ("membership", 25, ["membership-price", "membership-price-en", "membership-reduced"]),
    ("puncture", 12, ["repair-puncture", "puncture-en"]),
    ("half a day of cargo bike", 12, ["cargo-price", "cargo-price-en", "cargo-late"]),
]


@pytest.mark.parametrize(("fact", "price", "keys"), FACTS)
def test_a_price_is_the_same_wherever_it_is_told(fact: str, price: int, keys: list[str]) -> None:
    assert [key for key in keys if price not in _prices(ENTRY[key]["answer"])] == [], fact


def test_hours_are_those_of_the_opening_times_wherever_they_are_told() -> None:
    assert _hours(ENTRY["hours"]["answer"]) == {10, 14, 17, 18, 19}
    assert _hours(ENTRY["hours-sunday"]["answer"]) == {10, 17}
    phones = {re.sub(r"\s", "", n) for e in FAQ for n in re.findall(r"03(?:\s\d\d){4}", e["answer"])}
    assert phones == {"0353014218"}


# Who speaks


def test_the_team_has_every_role_and_the_one_who_only_reads_writes_nothing() -> None:
    assert {person["role"] for person in TEAM.values()} == {"owner", "manager", "operator", "viewer"}
    authors = {m["author"] for _, m in _messages() if m["from"] in {"team", "note"}}
    assigned = {c["assigned_to"] for c in CONVERSATIONS if "assigned_to" in c}
    writers = {key for key, person in TEAM.items() if person["role"] != "viewer"}
    assert authors == writers
    assert assigned <= writers


def test_saved_replies_and_lanes_on_trial_exist_in_both_languages() -> None:
    replies = Counter(reply["language"] for reply in COMMUNITY["saved_replies"])
    assert len(COMMUNITY["saved_replies"]) >= 8
    assert set(replies) == {"fr", "en"}
    assert {(lane["topic"], lane["language"], lane["basis"]) for lane in COMMUNITY["lanes"]} == {
        ("faq", "fr", "trial"),
        ("faq", "en", "trial"),
    }


def test_every_conversation_refers_to_things_that_exist_and_every_tag_and_channel_is_used() -> None:
    assert {c["channel"] for c in CONVERSATIONS} == CHANNELS == {u["channel"] for u in UNANSWERED}
    assert {tag for c in CONVERSATIONS for tag in c["tags"]} == {tag["key"] for tag in COMMUNITY["tags"]}
    assert {c["suggestion"] for c in CONVERSATIONS if "suggestion" in c} <= set(ENTRY)
    assert {c["status"] for c in CONVERSATIONS} == {"open", "waiting", "closed", "snoozed"}
    assert [m["by"] for c, m in _messages() if "by" in m and m["by"] not in c["others"]] == []


def test_there_is_enough_to_look_at_in_the_two_languages() -> None:
    languages = Counter(conversation["member"]["language"] for conversation in CONVERSATIONS)
    assert len(_said()) >= 340
    assert len({conversation["key"] for conversation in CONVERSATIONS}) == len(CONVERSATIONS) >= 60
    assert 0.25 <= languages["en"] / languages.total() <= 0.35


def test_nobody_repeats_a_sentence_from_another_conversation() -> None:
    texts = {(c["key"], _plain(m["text"])) for c, m in _said() if m["from"] != "ai"}
    assert [text for text in _duplicates(text for _, text in texts) if len(text) > 12] == []


def test_no_address_link_or_telephone_number_can_belong_to_anyone() -> None:
    files = "".join(path.read_text(encoding="utf-8") for path in DEMO.iterdir() if path.suffix in {".yaml", ".jsonl"})
    hosts = re.findall(r"(?:@|https?://)([\w-]+(?:\.[\w-]+)+)", files)
    numbers = {number[:8] for number in re.findall(r"0\d(?:\s\d\d){4}", files)}
    assert [host for host in hosts if not host.endswith(".example")] == []
    assert {re.sub(r"\s", " ", start) for start in numbers} == {"03 53 01", "06 39 98"}


# When


@pytest.mark.parametrize("now", LOADED_AT)
def test_messages_follow_each_other_in_the_past_whatever_the_hour_of_loading(now: datetime) -> None:
    for conversation in CONVERSATIONS:
        instants = [_instant(message["at"], now) for message in conversation["messages"]]
        assert instants == sorted(instants), conversation["key"]
        assert now - timedelta(days=36) < instants[0] <= instants[-1] < now, conversation["key"]
    assert all(now - timedelta(days=36) < _instant(u["at"], now) < now for u in UNANSWERED)


def test_only_snoozed_conversations_come_back_and_they_do_so_later() -> None:
    back = {c["key"]: c["snoozed_until"] for c in CONVERSATIONS if "snoozed_until" in c}
    assert set(back) == {c["key"] for c in CONVERSATIONS if c["status"] == "snoozed"}
    assert all(_instant(until, now) > now for until in back.values() for now in LOADED_AT)


def test_an_edited_message_was_edited_after_it_was_written() -> None:
    edits = [(m["at"], edit["at"]) for _, m in _messages() for edit in m.get("edits", [])]
    assert edits
    assert all(_instant(before, LOADED_AT[1]) < _instant(after, LOADED_AT[1]) for before, after in edits)


# What the AI did


def test_the_ai_either_quotes_an_approved_answer_word_for_word_or_hands_over_with_its_reason() -> None:
    for conversation, message in _messages():
        if message["from"] != "ai":
            continue
        assert ("source" in message) != ("handover" in message), conversation["key"]
        if "source" in message:
            entry = ENTRY[message["source"]]
            assert message["text"].endswith(entry["answer"]), conversation["key"]
            assert entry["language"] == conversation["member"]["language"], conversation["key"]


def test_the_ai_quoted_nothing_that_had_expired_or_was_meant_for_another_channel() -> None:
    for conversation, message in _messages():
        entry = ENTRY.get(message.get("source", ""), {})
        if "expires_on" in entry:
            end = _instant(f"{entry['expires_on']} 00:00", LOADED_AT[0])
            assert _instant(message["at"], LOADED_AT[0]) < end, conversation["key"]
        assert conversation["channel"] in entry.get("channels", CHANNELS), conversation["key"]


def test_the_ai_answers_nothing_more_once_it_has_handed_over_or_a_person_has_spoken() -> None:
    for conversation in CONVERSATIONS:
        taken_over = False
        for message in conversation["messages"]:
            assert not (taken_over and "source" in message), conversation["key"]
            taken_over = taken_over or message["from"] == "team" or "handover" in message


def _voices(conversation: Row) -> list[str]:
    return [message["from"] for message in conversation["messages"] if message["from"] != "note"]


def test_the_inbox_shows_at_first_sight_what_it_is_for() -> None:
    open_ones = [c for c in CONVERSATIONS if c["status"] == "open"]
    deciding = [c for c in open_ones if _voices(c)[-1] == "member" or "handover" in str(c["messages"])]
    suggested = [c for c in open_ones if "suggestion" in c and set(_voices(c)) == {"member"}]
    alone = [c for c in CONVERSATIONS if c["status"] == "closed" and set(_voices(c)) == {"member", "ai"}]
    answered_alone = [c for c in alone if not any("handover" in m for m in c["messages"])]
    assert len(deciding) == len(open_ones) >= 12
    assert len(suggested) == len([c for c in CONVERSATIONS if "suggestion" in c]) >= 8
    assert len(answered_alone) >= 12
    delicate = {"deuil", "presse", "juridique", "remboursement", "mineur", "sante", "conflit"}
    assert delicate <= {tag for c in open_ones for tag in c["tags"]}


# What had no answer


def test_questions_without_an_answer_fall_in_groups_of_different_sizes_and_are_not_in_the_faq() -> None:
    groups = Counter(question["group"] for question in UNANSWERED)
    known = {_plain(text) for e in FAQ for text in (e["question"], *e["alternatives"])}
    assert len(UNANSWERED) >= 40
    assert len(groups) >= 9
    assert len(set(groups.values())) >= 4
    assert _duplicates(_plain(question["text"]) for question in UNANSWERED) == []
    assert [q["text"] for q in UNANSWERED if _plain(q["text"]) in known] == []
