"""Files of entries: read, previewed, then taken in batches; a crash loses no batch and repeats none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import IntegerField, JSONField
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from binome.accounts.models import User
from binome.journal import services as journal
from binome.kit import clock
from binome.kit.text import clean, identifier
from binome.knowledge import services as knowledge
from binome.knowledge.facts import KnowledgeImported
from binome.knowledge.files import LARGEST as LARGEST
from binome.knowledge.files import QUESTION, rows_of
from binome.knowledge.files import Unreadable as Unreadable
from binome.knowledge.models import Import, Source
from binome.knowledge.services import Writing
from binome.workspaces.models import Workspace

BATCH = 100
"""Entries taken in one transaction."""

MOST = 100_000
"""Entries in one file."""

ALIASES = {
    "external_id": ("external_id", "id", "key", "identifiant", "ref"),
    "question": QUESTION,
    "answer": ("short_answer", "answer", "réponse", "reponse", "response", "text", "texte"),
    "familiar": ("familiar", "answer_tu", "réponse_tu", "reponse_tu"),
    "details": ("answer", "details", "détails", "body"),
    "language": ("language", "lang", "langue"),
    "alternatives": ("alternatives", "variants", "variantes", "other_questions"),
    "topic": ("topic", "subject", "theme", "thème", "category", "catégorie", "rubrique"),
    "url": ("url", "link", "lien", "page"),
    "expires_on": ("expires_on", "valid_until", "expire", "expiration", "valable_jusqu_au"),
    "owner": ("owner", "responsable"),
}
"""Our field → the names that files give it, the first that is filled in wins."""


@dataclass(frozen=True)
class Preview:
    """What a file would change. *problems*: [{"row": number from 1, "why": sentence}]."""

    rows: list[dict[str, Any]]
    problems: list[dict[str, Any]]
    counts: dict[str, int]


def preview(workspace: Workspace, name: str, content: bytes) -> Preview:
    """Read a file (CSV, JSON Lines, JSON or YAML, gzip or not) without changing anything; `Unreadable` if it is none."""
    rows: list[dict[str, Any]] = []
    problems: list[dict[str, Any]] = []
    seen: dict[str, int] = {}
    people = set(workspace.memberships.values_list("user__email", flat=True))
    for number, raw in enumerate(rows_of(name, content), start=1):
        if number > MOST:
            raise Unreadable(_("This file holds more than {n} entries.").format(n=MOST))
        row = _row(raw, workspace.language)
        why = _problem(raw, row, people) or _repeat(row, seen, number)
        problems.append({"row": number, "why": why}) if why else rows.append(row)
    if not rows and not problems:
        raise Unreadable(_("This file holds no entry."))
    return Preview(rows, problems, _counts(workspace, rows))


@dataclass(frozen=True)
class Change:
    """What one row of a file would do. *row*: number from 1; *fields*: {field: (before, after)} of a changed entry."""

    row: int
    values: Mapping[str, Any]
    source: Source | None
    fields: Mapping[str, tuple[str, str]]


def changes(batch: Import) -> list[Change]:
    """What a file that waits would write, in its order; rows that change nothing are left out."""
    known = _known(batch.workspace, batch.rows)
    bad = {problem["row"] for problem in batch.problems}
    numbers = (number for number in count(1) if number not in bad)
    found = [(number, row, _meant(row, known)) for number, row in zip(numbers, batch.rows, strict=False)]
    return [
        Change(number, row, source, _fields(row, source) if source else {})
        for number, row, source in found
        if not _is_same(row, source)
    ]


@transaction.atomic
def prepare(workspace: Workspace, name: str, content: bytes, *, actor: str) -> Import:
    """Keep what a file would change, for someone to confirm."""
    seen = preview(workspace, name, content)
    return Import.objects.create(
        workspace=workspace, name=name[:255], rows=seen.rows, problems=seen.problems, counts=seen.counts, by=actor
    )


@transaction.atomic
def confirm(batch: Import, *, leave_out_bad: bool = False) -> Import:
    """Begin; a file with bad rows is taken only if someone says to leave those out. Nothing is half imported."""
    batch = Import.objects.select_for_update().get(pk=batch.pk)
    if batch.state != Import.State.PREVIEW:
        return batch
    if batch.problems and not leave_out_bad:
        wrong = len(batch.problems)
        raise Unreadable(
            ngettext(
                "{n} row cannot be read: nothing was imported.", "{n} rows cannot be read: nothing was imported.", wrong
            ).format(n=wrong)
        )
    batch.state = Import.State.RUNNING
    batch.save(update_fields=["state"])
    journal.wake_on_commit()
    return batch


@transaction.atomic
def abandon(batch: Import) -> None:
    """Do not go on; what is already in stays."""
    going = Import.objects.filter(pk=batch.pk, state__in=[Import.State.PREVIEW, Import.State.RUNNING])
    going.update(state=Import.State.ABANDONED, finished_at=clock.now(), rows=[])


@transaction.atomic
def advance() -> int:
    """Take the next rows of one running import; how many."""
    running = Import.objects.defer("rows", "problems").filter(state=Import.State.RUNNING)
    batch = running.select_for_update(skip_locked=True).order_by("pk").first()
    if batch is None:
        return 0
    rows, total = _next_rows(batch)
    _take(batch.workspace, rows, batch.by)
    batch.done_rows += len(rows)
    if batch.done_rows >= total:
        batch.state, batch.finished_at = Import.State.DONE, clock.now()
        counts = batch.counts
        fact = KnowledgeImported(batch.pk, counts.get("new", 0), counts.get("changed", 0))
        journal.record(fact, workspace_id=batch.workspace_id, actor=batch.by)
    batch.save(update_fields=["done_rows", "state", "finished_at"])
    return max(len(rows), 1)


def _next_rows(batch: Import) -> tuple[list[dict[str, Any]], int]:
    """The rows to take now, and how many there are in all; cut out by PostgreSQL, for a file may hold 60 MB of them."""
    part = "jsonb_path_query_array(rows, '$[$first to $last]', jsonb_build_object('first', done_rows, 'last', done_rows + %s))"
    cut = Import.objects.filter(pk=batch.pk).annotate(
        part=RawSQL(part, [BATCH - 1], output_field=JSONField()),  # noqa: S611
        total=RawSQL("jsonb_array_length(rows)", [], output_field=IntegerField()),
    )
    return cut.values_list("part", "total").get()


def _take(workspace: Workspace, rows: Sequence[Mapping[str, Any]], actor: str) -> None:
    known = _known(workspace, rows)
    owners = {user.email: user for user in User.objects.filter(memberships__workspace=workspace)}
    meant = [(row, _meant(row, known)) for row in rows]
    changed = [(_writing(row, owners, source), source) for row, source in meant if not _is_same(row, source)]
    knowledge.write_sources(workspace, changed, actor=actor)


def _writing(row: Mapping[str, Any], owners: Mapping[str, User], known: Source | None) -> Writing:
    fields = {name: value for name, value in row.items() if name not in ("expires_on", "owner")}
    expires_on = date.fromisoformat(row["expires_on"]) if row["expires_on"] else None
    owner = owners.get(row["owner"]) or (known.owner if known else None)
    channels = tuple(known.channels.all()) if known else ()
    if known and not fields.get("familiar") and known.answer == row["answer"]:
        fields["familiar"] = known.familiar  # a file that does not speak of it says nothing against it
    return Writing(**fields, expires_on=expires_on, owner=owner, channels=channels)


def _counts(workspace: Workspace, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    counts = {"new": 0, "changed": 0, "same": 0}
    known = _known(workspace, rows)
    for row in rows:
        before = _meant(row, known)
        counts["new" if before is None else "same" if _is_same(row, before) else "changed"] += 1
    return counts


def _known(workspace: Workspace, rows: Sequence[Mapping[str, Any]]) -> dict[str, Source]:
    """Entries that these rows may speak of, by id and by question."""
    rows = list(rows)
    identified = workspace.sources.exclude(
        external_id=""
    )  # as the index says, which many ids do not let PostgreSQL see
    by_id = identified.filter(external_id__in=[row["external_id"] for row in rows if row["external_id"]])
    by_question = workspace.sources.filter(question__in=[row["question"] for row in rows]).order_by("-pk")
    found = {f"id:{source.external_id}": source for source in by_id}
    return found | {_as_asked(source.language, source.question): source for source in by_question}


def _meant(row: Mapping[str, Any], known: Mapping[str, Source]) -> Source | None:
    """The entry that a row speaks of: the same id; else the same question in the same language, unless they have other ids."""
    found = known.get(_key(row))
    if found or not row["external_id"]:
        return found
    asked = known.get(_as_asked(row["language"], row["question"]))
    return asked if asked and not asked.external_id else None


def _as_asked(language: str, question: str) -> str:
    return f"q:{language}:{question}"


def _key(row: Mapping[str, Any]) -> str:
    return f"id:{row['external_id']}" if row["external_id"] else _as_asked(row["language"], row["question"])


def _is_same(row: Mapping[str, Any], source: Source | None) -> bool:
    return source is not None and not _fields(row, source)


def _fields(row: Mapping[str, Any], source: Source) -> dict[str, tuple[str, str]]:
    """The fields that differ: before, after."""
    names = ["question", "answer", "details", "language", "topic", "url", "alternatives", "expires_on"]
    names += ["familiar"] if row.get("familiar") else []
    pairs = {name: (_told(getattr(source, name)), _told(row[name])) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _told(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "\n".join(value) if isinstance(value, list) else str(value or "")


def _row(raw: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A row in our words, whatever the file calls its columns."""
    row = {name: _first(raw, names) for name, names in ALIASES.items()}
    others = [text for text in (_first(raw, [name]) for name in ALIASES["details"]) if text != row["answer"]]
    row["details"] = next(filter(None, others), "")
    row["question"], row["topic"] = row["question"][:500].strip(), row["topic"][:80].strip()
    row["external_id"], row["url"] = identifier(row["external_id"], 200), row["url"]
    row["expires_on"] = _day(row["expires_on"])
    row["language"] = (row["language"] or language)[:2].lower()
    return {**row, "alternatives": _alternatives(raw), "owner": row["owner"].lower()}


def _day(text: str) -> str:
    """A date in its one usual form; what is none, as it is."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return text


def _first(raw: Mapping[str, Any], names: Sequence[str]) -> str:
    for name in names:
        value = raw.get(name)
        if isinstance(value, str | int | float | date) and str(value).strip():
            return clean(str(value))
    return ""


def _alternatives(raw: Mapping[str, Any]) -> list[str]:
    given: Any = next((raw[name] for name in ALIASES["alternatives"] if raw.get(name)), [])
    texts = given if isinstance(given, list) else str(given).replace("\n", "|").split("|")
    return [clean(str(text)) for text in texts if isinstance(text, str | int | float | date) and clean(str(text))]


def _problem(raw: Mapping[str, Any], row: Mapping[str, Any], people: set[str]) -> str:
    """What is wrong with a row, in a sentence; '' if nothing is."""
    if "problem" in raw and len(raw) == 1:
        return str(raw["problem"])
    if not row["question"]:
        return _("it has no question")
    if not row["answer"]:
        return _("it has no answer")
    if row["language"] not in ("fr", "en"):
        return _("“{language}” is not a language that Binôme answers in (fr, en)").format(language=row["language"])
    if row["owner"] and row["owner"] not in people:
        return _("nobody in the team has the address {owner}").format(owner=row["owner"])
    if row["url"] and (len(row["url"]) > 500 or not row["url"].startswith(("https://", "http://"))):
        return _("“{address}” is not the address of a page").format(address=row["url"][:80])
    try:
        date.fromisoformat(row["expires_on"] or "2000-01-01")
    except ValueError:
        return _("“{date}” is not a date (2027-03-31)").format(date=row["expires_on"])
    return ""


def _repeat(row: Mapping[str, Any], seen: dict[str, int], number: int) -> str:
    first = seen.setdefault(_key(row), number)
    return "" if first == number else _("it repeats row {first}").format(first=first)
