"""Importing entries: any usual file, bad rows named, nothing half taken, nothing twice."""

import gzip
import json
from typing import Any

import pytest
from django.db import transaction

from binome.journal.models import Entry
from binome.knowledge import importing
from binome.knowledge import services as knowledge
from binome.knowledge.importing import Unreadable
from binome.knowledge.models import Import, Passage, Source
from binome.knowledge.services import Writing
from binome.workspaces.models import Workspace
from tests.community import channel, teammate, workspace

pytestmark = pytest.mark.django_db

TABLE = "question,answer,language\nOuvert dimanche ?,Oui.,fr\nDo you ship?,Yes.,en\n"


@pytest.fixture
def community() -> Workspace:
    return workspace()


def rows(community: Workspace, name: str, content: bytes | str) -> list[tuple[str, str, str]]:
    seen = importing.preview(community, name, content.encode() if isinstance(content, str) else content)
    assert seen.problems == []
    return [(row["question"], row["answer"], row["language"]) for row in seen.rows]


def problems(community: Workspace, name: str, content: bytes | str) -> list[int]:
    content = content.encode() if isinstance(content, str) else content
    return [problem["row"] for problem in importing.preview(community, name, content).problems]


def take(community: Workspace, name: str, content: str, **how: Any) -> Import:
    batch = importing.confirm(importing.prepare(community, name, content.encode(), actor="user:1"), **how)
    while importing.advance():
        pass
    batch.refresh_from_db()
    return batch


EXPECTED = [("Ouvert dimanche ?", "Oui.", "fr"), ("Do you ship?", "Yes.", "en")]
ENTRIES = [{"question": q, "answer": a, "language": lang} for q, a, lang in EXPECTED]
LINES = "\n".join(json.dumps(one) for one in ENTRIES)
YAML = "".join(f"- question: {q}\n  answer: {json.dumps(a)}\n  language: {lang}\n" for q, a, lang in EXPECTED)
FILES: dict[str, tuple[str, bytes]] = {
    "comma": ("faq.csv", TABLE.encode()),
    "semicolon": ("FAQ.CSV", TABLE.replace(",", ";").encode()),
    "tab": ("faq.tsv", TABLE.replace(",", "\t").encode()),
    "byte order mark": ("faq.csv", TABLE.encode("utf-8-sig")),
    "spreadsheet's unicode": ("faq.txt", TABLE.replace(",", "\t").encode("utf-16")),
    "other line ends": ("faq.csv", TABLE.replace("\n", "\r\n").encode()),
    "other names": ("faq.csv", TABLE.replace("question,answer,language", "Titre,Réponse,Langue").encode()),
    "lines": ("faq.jsonl", LINES.encode()),
    "names in capitals": ("faq.jsonl", LINES.replace('"question"', '"Question"').encode()),
    "list": ("faq.json", json.dumps(ENTRIES).encode()),
    "list in an object": ("faq.json", json.dumps({"faq": ENTRIES}).encode()),
    "yaml": ("faq.yaml", YAML.encode()),
    "packed": ("faq.csv.gz", gzip.compress(TABLE.encode())),
}


@pytest.mark.parametrize(("name", "content"), FILES.values(), ids=FILES.keys())
def test_every_usual_file_gives_the_same_entries(community: Workspace, name: str, content: bytes) -> None:
    assert rows(community, name, content) == EXPECTED
    assert not Source.objects.exists()


def test_accents_written_by_windows_are_read(community: Workspace) -> None:
    table = "question;réponse\nÊtes-vous fermés l’été ?;Dès août\n".encode("cp1252")
    assert rows(community, "faq.csv", table) == [("Êtes-vous fermés l’été ?", "Dès août", "fr")]


def test_a_damaged_file_is_refused_rather_than_read_as_nonsense(community: Workspace) -> None:
    table = "question,answer\nété,déjà né\nfé,ré\n".encode() + b"broken\xff,x\n"
    with pytest.raises(Unreadable, match="4"):
        importing.preview(community, "faq.csv", table)


def test_a_separator_inside_a_line_of_json_does_not_cut_it(community: Workspace) -> None:
    line = json.dumps({"question": "Où\u2028êtes-vous ?", "answer": "Ici\u0085", "language": "fr"}, ensure_ascii=False)
    assert len(rows(community, "faq.jsonl", line)) == 1


def test_a_short_answer_is_sent_and_the_long_one_is_kept_beside(community: Workspace) -> None:
    both = {"question": "q", "short_answer": "short", "answer": "long"}
    other = {"question": "r", "answer": "short", "details": "long"}
    seen = importing.preview(community, "faq.json", json.dumps([both, other]).encode())
    assert [(row["answer"], row["details"]) for row in seen.rows] == [("short", "long")] * 2


BAD = [
    {"question": "fine", "answer": "yes"},
    {"answer": "no question"},
    {"question": "no answer"},
    {"question": "q", "answer": "a", "language": "de"},
    {"question": "q", "answer": "a", "owner": "stranger@example.org"},
    {"question": "q", "answer": "a", "expires_on": "31/03/2027"},
    {"question": "q", "answer": "a", "url": "javascript:alert(1)"},
    {"question": "fine", "answer": "again"},
]


def test_each_bad_row_is_named_and_nothing_is_imported_unless_someone_says_so(community: Workspace) -> None:
    content = "\n".join(json.dumps(row) for row in BAD) + "\nnot json\n[1]\n" + "[" * 100_000
    assert problems(community, "faq.jsonl", content) == [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    with pytest.raises(Unreadable):
        take(community, "faq.jsonl", content)
    assert importing.advance() == 0
    assert not Source.objects.exists()
    assert take(community, "faq.jsonl", content, leave_out_bad=True).state == "done"
    assert Source.objects.get().question == "fine"


def test_a_row_with_more_cells_than_columns_is_named(community: Workspace) -> None:
    assert problems(community, "faq.csv", "question,answer\na,b\nOpen, and when,Yes\n") == [2]


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{here}: &{here} [{','.join([f'*{before}'] * 9)}]\n" for before, here in zip("abcdefgh", "bcdefghi", strict=True)
)
REFUSED: dict[str, tuple[str, bytes]] = {
    "no such form": ("faq.pdf", b"%PDF"),
    "empty": ("faq.csv", b"question,answer\n"),
    "no columns": ("faq.csv", b"hello\nworld\n"),
    "unclosed quote": ("faq.csv", b'question,answer\n"a,b\nc,d\n'),
    "not json": ("faq.json", b"{"),
    "deep json": ("faq.json", b"[" * 200_000),
    "not a list": ("faq.json", b'{"a": 1}'),
    "not yaml": ("faq.yaml", b"a: [b"),
    "yaml bomb": ("faq.yaml", (BOMB + "entries:\n- {question: q, answer: a, alternatives: *i}\n").encode()),
    "yaml merges": ("faq.yaml", b"a: &a {x: 1}\nentries: [{<<: [*a, *a]}]\n"),
    "yaml objects": ("faq.yaml", b"!!python/object/apply:os.system ['true']"),
    "cut packed": ("faq.csv.gz", gzip.compress(TABLE.encode() * 50)[:-20]),
    "damaged packed": (
        "faq.csv.gz",
        gzip.compress(TABLE.encode())[:12] + b"\xff\xff\xff" + gzip.compress(TABLE.encode())[15:],
    ),
    "not packed": ("faq.csv.gz", TABLE.encode()),
    "packed bomb": ("faq.csv.gz", gzip.compress(b"question,answer\n" + b"a" * (61 * 2**20), 1)),
    "too many": ("faq.csv", b"question,answer\n" + b"".join(b"%d,a\n" % n for n in range(importing.MOST + 1))),
}


@pytest.mark.parametrize(("name", "content"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_file_of_entries_is_refused_in_a_sentence(community: Workspace, name: str, content: bytes) -> None:
    with pytest.raises(Unreadable):
        importing.prepare(community, name, content, actor="user:1")
    assert not Import.objects.exists()


def test_importing_the_same_file_again_changes_nothing(community: Workspace) -> None:
    entry = {
        "id": "k" * 300, "question": "q" * 499 + " end", "answer": "a", "topic": "t" * 79 + " u", "url": "https://example.org",
        "alternatives": ["b", " c "], "expires_on": "20270331", "language": "FR", "details": "more",
    }  # fmt: skip
    content = json.dumps([entry, {"question": "Another", "answer": "b\u0301"}])
    first = take(community, "faq.json", content)
    assert first.counts == {"new": 2, "changed": 0, "same": 0}
    before = list(Source.objects.order_by("pk").values())
    passages = set(Passage.objects.values_list("pk", flat=True))
    again = take(community, "faq.json", content)
    assert again.counts == {"new": 0, "changed": 0, "same": 2}
    assert list(Source.objects.order_by("pk").values()) == before
    assert set(Passage.objects.values_list("pk", flat=True)) == passages


def test_a_changed_answer_is_a_new_revision_of_the_same_entry(community: Workspace) -> None:
    take(community, "faq.csv", TABLE)
    batch = take(community, "faq.csv", TABLE.replace("Oui.", "Non."))
    assert batch.counts == {"new": 0, "changed": 1, "same": 1}
    assert list(Source.objects.order_by("pk").values_list("answer", "revision")) == [("Non.", 2), ("Yes.", 1)]


def test_an_import_killed_between_batches_goes_on_where_it_was(
    community: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 3)
    content = "question,answer\n" + "".join(f"question {n},answer {n}\n" for n in range(8))
    batch = importing.confirm(importing.prepare(community, "faq.csv", content.encode(), actor="user:1"))
    assert importing.advance() == 3
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        importing.advance()
        raise KeyboardInterrupt
    assert Source.objects.count() == 3
    assert [importing.advance(), importing.advance(), importing.advance()] == [3, 2, 0]
    batch.refresh_from_db()
    assert (batch.state, batch.done_rows, Source.objects.count()) == ("done", 8, 8)
    assert Entry.objects.filter(kind="KnowledgeImported").count() == 1
    assert Entry.objects.filter(kind="SourceWritten").count() == 8


def test_an_abandoned_import_keeps_what_is_in_and_a_finished_one_cannot_be_abandoned(
    community: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 1)
    batch = importing.confirm(importing.prepare(community, "faq.csv", TABLE.encode(), actor="user:1"))
    importing.advance()
    importing.abandon(batch)
    assert (importing.advance(), Source.objects.count()) == (0, 1)
    done = take(community, "faq.csv", TABLE)
    importing.abandon(done)
    done.refresh_from_db()
    assert (done.state, Source.objects.count()) == ("done", 2)


def test_entries_of_another_workspace_are_neither_found_nor_changed(community: Workspace) -> None:
    other = workspace()
    take(other, "faq.csv", TABLE)
    batch = take(community, "faq.csv", TABLE.replace("Oui.", "Non."))
    assert batch.counts["new"] == 2
    assert other.sources.filter(answer="Oui.").count() == 1


@pytest.mark.parametrize("what", ["channel", "owner", "source"])
def test_an_entry_takes_nothing_of_another_workspace(community: Workspace, what: str) -> None:
    other = workspace()
    theirs = knowledge.write_source(other, Writing("q", "a", "fr"), actor="test")
    strange: dict[str, Any] = {"channel": {"channels": [channel(other)]}, "owner": {"owner": teammate(other)}}
    with pytest.raises(knowledge.NotOfThisWorkspace):
        knowledge.write_source(
            community,
            Writing("q", "changed", "fr", **strange.get(what, {})),
            actor="test",
            source=theirs if what == "source" else None,
        )
    assert list(Source.objects.values_list("workspace", "answer")) == [(other.pk, "a")]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//example.org"])
def test_an_entry_shows_members_no_address_but_of_a_page(community: Workspace, url: str) -> None:
    with pytest.raises(knowledge.Incomplete):
        knowledge.write_source(community, Writing("q", "a", "fr", url=url), actor="test")
    assert not Source.objects.exists()


def test_archiving_and_writing_leave_their_facts(community: Workspace) -> None:
    source = knowledge.write_source(community, Writing("q", "a", "fr", alternatives=["b", " "]), actor="test")
    assert min(source.passages.values_list("part", "text")) == ("alternative", "b")
    knowledge.write_source(community, Writing("q2", "a", "fr"), actor="test", source=source)
    assert (source.revision, source.passages.filter(text="q").count()) == (1, 0)
    knowledge.archive(source, actor="test")
    assert Source.objects.get().archived_at is not None
    assert list(Entry.objects.order_by("pk").values_list("kind", flat=True)) == [
        "SourceWritten",
        "SourceWritten",
        "SourceArchived",
    ]
