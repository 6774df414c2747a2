"""Tells by its content what an export is, and reads it; a packed one is looked into, never unpacked in place."""

import gzip
import io
import json
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from binome.knowledge.memory.reading import chatwoot, intercom, mailbox, mastodon, meta, rows, zendesk
from binome.knowledge.memory.said import Problem, Said, Unreadable

LARGEST = 4 * 2**30
"""Bytes of one file, once unpacked."""

LARGEST_JSON = 300 * 2**20
"""Bytes of a JSON that must be read whole; longer ones are to be given as JSON Lines."""

MEMBERS = 100_000
"""Files that a packed export may hold."""

_LISTS = ("conversations", "tickets", "payload", "messages", "data", "items")


@dataclass(frozen=True)
class Opened:
    """What a file is, and its messages, always in the same order."""

    kind: str
    messages: Callable[[], Iterator[Said | Problem]]


@dataclass(frozen=True)
class _Part:
    """A file, or one of those that a packed one holds."""

    name: str
    stream: Callable[[], IO[bytes]]


def open_history(path: Path, team: Sequence[str] = ()) -> Opened:
    """What this file holds; `Unreadable` if it is none of the exports that are known.

    *team*: names or addresses that are ours, where the export does not say."""
    parts = _parts(path)
    ours = {name.strip().casefold() for name in team if name.strip()}
    meta_parts = [part for part in parts if _is_meta(part)]
    if meta_parts:
        return _meta(meta_parts, ours)
    outbox = next((part for part in parts if part.name.rsplit("/", 1)[-1] == "outbox.json"), None)
    opened = [_opened(part, ours) for part in ([outbox] if outbox else parts)]
    kinds = {one.kind for one in opened}
    if len(kinds) != 1:
        raise Unreadable(_("This packed file holds exports of several kinds: give them one by one."))
    return Opened(kinds.pop(), lambda: chain.from_iterable(one.messages() for one in opened))


def _opened(part: _Part, ours: set[str]) -> Opened:
    head = _head(part)
    if head.startswith(b"From ") or head.lower().startswith((b"return-path:", b"delivered-to:", b"received:")):
        return Opened("mbox", lambda: rows.read(_letters(part, ours), mailbox.message))
    begins = _decoded(head).lstrip("\ufeff \r\n\t")
    if begins.startswith("{") and (known := _known(_first_row(part))):
        kind, reader = known
        return Opened("jsonl" if kind == "rows" else kind, lambda: rows.read(_lines(part), reader))
    if begins.startswith(("{", "[")):
        return _whole(part)
    with _text(part) as lines:
        rows.columns(lines)
    return Opened("csv", lambda: _table(part))


def _whole(part: _Part) -> Opened:
    """One JSON: an outbox, or a list of conversations or messages, wherever it lies."""
    data = _json(part)
    if mastodon.is_outbox(data):
        return Opened("mastodon", lambda: rows.read(mastodon.posts(_json(part)), mastodon.message))
    known = next((found for row in _listed(data)[:1] if (found := _known(row))), None)
    if known is None:
        raise Unreadable(_("This file holds no exchange that Binôme knows how to read."))
    kind, reader = known
    return Opened("json" if kind == "rows" else kind, lambda: rows.read(_listed(_json(part)), reader))


def _known(row: Any) -> tuple[str, Any] | None:
    """What an object is, and who reads it."""
    for kind, fits, reader in (
        ("zendesk", zendesk.is_ticket, zendesk.messages),
        ("intercom", intercom.is_conversation, intercom.messages),
        ("chatwoot", chatwoot.is_conversation, chatwoot.messages),
        ("rows", rows.is_ours, rows.message),
    ):
        if fits(row):
            return kind, reader
    return None


def _listed(data: Any) -> list[Any]:
    """The rows of a JSON: a list, or the first list found under the usual names."""
    if isinstance(data, list):
        return data
    if not isinstance(data, dict):
        return []
    if intercom.is_conversation(data) or zendesk.is_ticket(data) or chatwoot.is_conversation(data):
        return [data]
    return next((found for name in _LISTS if (found := _listed(data.get(name)))), [])


def _meta(parts: Sequence[_Part], ours: set[str]) -> Opened:
    def messages() -> Iterator[Said | Problem]:
        team = ours or {meta.ours(_json(part) for part in parts).casefold()}
        return rows.read((one for part in parts for one in meta.messages(_json(part), team, part.name)), meta.message)

    return Opened("meta", messages)


def _is_meta(part: _Part) -> bool:
    if not part.name.endswith(".json"):
        return False
    head = _decoded(_head(part))
    return '"participants"' in head and ('"messages"' in head or '"sender_name"' in head) and "message_type" not in head


def _letters(part: _Part, ours: set[str]) -> Iterator[dict[str, Any]]:
    team = ours
    if not team:
        with part.stream() as lines:
            team = mailbox.ours(lines)
    with part.stream() as lines:
        for raw in mailbox.letters(lines):
            yield {"raw": raw, "team": team}


def _table(part: _Part) -> Iterator[Said | Problem]:
    with _text(part) as lines:
        yield from rows.table(lines)


def _lines(part: _Part) -> Iterator[Any]:
    with _text(part) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                yield Problem(number, _("it is not JSON"))


def _text(part: _Part) -> IO[str]:
    head = _head(part)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return io.TextIOWrapper(part.stream(), encoding="utf-16", errors="replace", newline="")
    try:
        head[:-4].decode("utf-8") if len(head) > 4 else head.decode("utf-8")
        encoding = "utf-8-sig"
    except UnicodeDecodeError as error:
        encoding = "utf-8-sig" if error.start > len(head) - 8 else "cp1252"
    return io.TextIOWrapper(part.stream(), encoding=encoding, errors="replace", newline="")


def _json(part: _Part) -> Any:
    with part.stream() as stream:
        content = stream.read(LARGEST_JSON + 1)
    if len(content) > LARGEST_JSON:
        raise Unreadable(_("A JSON of more than 300 MB must be given as JSON Lines, one exchange a line."))
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("This file is not sound JSON.")) from error


def _first_row(part: _Part) -> Any:
    """The first line as JSON, if it is some by itself."""
    with _text(part) as lines:
        line = next((line for line in lines if line.strip()), "")
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _head(part: _Part) -> bytes:
    with part.stream() as stream:
        return stream.read(200_000)


def _decoded(head: bytes) -> str:
    return head.decode("utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8", "replace")


def _parts(path: Path) -> list[_Part]:
    """The file, or the readable files that it holds, by name."""
    try:
        if zipfile.is_zipfile(path):
            return _checked(_zipped(path))
        if tarfile.is_tarfile(path):
            return _checked(_tarred(path))
        with path.open("rb") as stream:
            packed = stream.read(2) == b"\x1f\x8b"
        if packed:
            _check_size(path)
            return [_Part(path.name.removesuffix(".gz"), lambda: gzip.open(path))]  # type: ignore[arg-type, return-value]
    except (OSError, EOFError, zlib.error, tarfile.TarError, zipfile.BadZipFile) as error:
        raise Unreadable(_("This file is damaged.")) from error
    return [_Part(path.name, lambda: path.open("rb"))]


def _zipped(path: Path) -> list[_Part]:
    with zipfile.ZipFile(path) as packed:
        infos = [info for info in packed.infolist() if not info.is_dir()]
    if sum(info.file_size for info in infos) > LARGEST * 4 or any(info.file_size > LARGEST for info in infos):
        raise Unreadable(_("This file is too large once unpacked."))
    return [_Part(info.filename, lambda name=info.filename: zipfile.ZipFile(path).open(name)) for info in infos]  # type: ignore[misc]


def _tarred(path: Path) -> list[_Part]:
    with tarfile.open(path) as packed:
        infos = [info for info in packed if info.isfile()]
    if any(info.size > LARGEST for info in infos):
        raise Unreadable(_("This file is too large once unpacked."))

    def stream(name: str) -> IO[bytes]:
        found = tarfile.open(path).extractfile(name)  # noqa: SIM115 - closed with what is read from it
        assert found is not None
        return found

    return [_Part(info.name, lambda name=info.name: stream(name)) for info in infos]  # type: ignore[misc]


def _checked(parts: list[_Part]) -> list[_Part]:
    """Those that may hold exchanges, by name."""
    kept = [part for part in parts if part.name.lower().endswith((".json", ".jsonl", ".ndjson", ".csv", ".mbox"))]
    if not kept or len(kept) > MEMBERS:
        raise Unreadable(_("This file holds no exchange that Binôme knows how to read."))
    return sorted(kept, key=lambda part: part.name)


def _check_size(path: Path) -> None:
    with gzip.open(path) as packed:
        size = 0
        while block := packed.read(2**20):
            size += len(block)
            if size > LARGEST:
                raise Unreadable(_("This file is too large once unpacked."))
