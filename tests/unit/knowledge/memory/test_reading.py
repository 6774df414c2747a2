"""Exports of other tools: told apart by what they hold, read into the same messages."""

import json
from pathlib import Path

import pytest

from binome.knowledge.memory.reading.meta import mended
from binome.knowledge.memory.reading.opening import open_history
from binome.knowledge.memory.said import Problem, Said, Unreadable
from tests.unit.knowledge.memory import exports
from tests.unit.knowledge.memory.exports import ANSWERED, ASKED


def read(tmp_path: Path, name: str, content: bytes, team: tuple[str, ...] = ()) -> tuple[str, list[Said | Problem]]:
    file = tmp_path / name
    file.write_bytes(content)
    opened = open_history(file, team)
    return opened.kind, list(opened.messages())


def plain(text: str) -> str:
    return text.replace("’", "'")


@pytest.mark.parametrize("case", exports.WHOLE)
def test_each_export_gives_the_same_question_and_answer(tmp_path, case):
    kind, found = read(tmp_path, *exports.WHOLE[case])
    assert kind == case.split()[0]
    exchange = sorted((one for one in found if one.text != "Merci 😊"), key=lambda one: one.at)
    assert [(one.by, plain(one.text)) for one in exchange] == [("member", plain(ASKED)), ("team", plain(ANSWERED))]
    assert [one.at.timestamp() for one in exchange] == [exports.FIRST, exports.SECOND]
    assert len({one.thread for one in exchange}) == 1


@pytest.mark.parametrize("case", exports.WHOLE)
def test_a_file_is_read_twice_in_the_same_order(tmp_path, case):
    file = tmp_path / exports.WHOLE[case][0]
    file.write_bytes(exports.WHOLE[case][1])
    opened = open_history(file)
    assert list(opened.messages()) == list(opened.messages())


@pytest.mark.parametrize("case", ["jsonl", "zendesk", "chatwoot", "intercom"])
def test_the_last_message_of_what_was_closed_says_so(tmp_path, case):
    _kind, found = read(tmp_path, *exports.WHOLE[case])
    assert [one.closed for one in found] == [False, True]


def test_an_edited_draft_is_kept_beside_what_was_sent(tmp_path):
    _kind, found = read(tmp_path, "h.jsonl", exports.OURS)
    assert [one.edited_from for one in found] == ["", "Au 12."]


def test_the_archive_of_mastodon_holds_the_team_alone_in_the_thread_it_answered(tmp_path):
    kind, found = read(tmp_path, "archive.zip", exports.MASTODON)
    assert kind == "mastodon"
    assert [(one.by, one.author, one.text, one.language, one.thread) for one in found] == [
        ("team", "atelier", ANSWERED, "fr", "https://elsewhere.example/notes/5")
    ]


def test_the_page_of_meta_is_the_one_in_every_thread_unless_it_is_named(tmp_path):
    _kind, found = read(tmp_path, "facebook.zip", exports.META)
    assert {one.author: one.by for one in found} == {"Mina": "member", "Ali": "member", "L’Atelier": "team"}
    _kind, found = read(tmp_path, "facebook.zip", exports.META, team=("mina",))
    assert {one.author: one.by for one in found}["Mina"] == "team"


def test_accents_and_emoji_of_meta_are_mended_and_plain_text_is_left_alone():
    assert mended("Ã©tÃ© ð\x9f\x98\x8a") == "été 😊"
    assert mended("déjà écrit, 10 €") == "déjà écrit, 10 €"


def test_what_a_mail_quotes_is_cut_off(tmp_path):
    _kind, found = read(tmp_path, "mail.mbox", exports.MBOX)
    assert found[1].text == ANSWERED


BAD = [
    {"id": "1", "thread": "t", "at": "2026-03-01T09:00:00Z", "by": "member", "text": "Bonjour ?"},
    {"id": "2", "thread": "t", "at": "yesterday", "by": "team", "text": "Oui."},
    {"id": "3", "thread": "t", "at": "2026-03-01T09:00:00Z", "by": "nobody", "text": "Oui."},
    {"id": "4", "thread": "", "at": "2026-03-01T09:00:00Z", "by": "team", "text": "Oui."},
    {"id": "5", "thread": "t", "at": "2026-03-01T09:00:00Z", "by": "team", "text": ""},
    [1],
]


def test_each_bad_row_is_named_and_the_others_are_read(tmp_path):
    content = exports.lines(*BAD) + b"\nnot json\n" + b"[" * 50_000 + b"\n"
    _kind, found = read(tmp_path, "h.jsonl", content)
    assert [one.row for one in found if isinstance(one, Problem)] == [2, 3, 4, 5, 6, 7, 8]
    assert [one.id for one in found if isinstance(one, Said)] == ["1"]


def test_a_ticket_with_a_broken_comment_is_named_whole(tmp_path):
    ticket = json.loads(exports.ZENDESK)
    ticket["comments"][2].pop("created_at")
    _kind, found = read(tmp_path, "t.json", exports.ZENDESK + b"\n" + exports.lines(ticket))
    assert [one.row for one in found if isinstance(one, Problem)] == [2]
    assert len(found) == 3


@pytest.mark.parametrize(
    ("name", "content"),
    {
        "nothing": ("a.csv", b""),
        "no columns": ("a.csv", b"hello,world\n1,2\n"),
        "other json": ("a.json", b'{"a": 1}'),
        "deep json": ("a.json", b"[" * 200_000),
        "other lines": ("a.jsonl", b'{"question": "q", "answer": "a"}\n'),
        "cut gzip": ("a.jsonl.gz", b"\x1f\x8b" + b"\0" * 9),
        "empty zip": ("a.zip", exports.packed({"photo.jpg": b"\xff"})),
        "two kinds": ("a.zip", exports.packed({"a.json": exports.ZENDESK, "b.json": exports.INTERCOM})),
    }.values(),
)
def test_a_file_that_is_no_export_is_refused(tmp_path, name, content):
    with pytest.raises(Unreadable):
        read(tmp_path, name, content)
