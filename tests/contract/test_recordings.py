import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from binome.sdk.errors import Malformed
from binome.sdk.registry import Installed
from binome.sdk.types import IncomingDeletion, IncomingMessage, Payload

TYPES = {".json": "application/json", ".eml": "message/rfc822"}
WRONG: list[Any] = [
    None,
    "a\u0000b",
    "",
    0,
    -1,
    1e300,
    True,
    [],
    {},
    "\u0000",
    "x" * 5_000,
    "9999-99-99",
    ["a"],
    {"a": {"b": 1}},
]


def _recordings(installed: Installed) -> list[Path]:
    return sorted(path for path in (installed.folder / "recordings").iterdir() if path.suffix in TYPES)


def _sound(incoming: Any) -> bool:
    """What the domain relies on, whatever arrived."""
    if isinstance(incoming, IncomingDeletion):
        return _storable(incoming.external_id) and incoming.deleted_at.utcoffset() is not None
    assert isinstance(incoming, IncomingMessage)
    author = incoming.author
    ids = [incoming.external_id, incoming.thread_id, author.external_id]
    texts = [*ids, incoming.text, incoming.subject, incoming.html, incoming.in_reply_to, *incoming.references]
    texts += [author.name, author.handle, author.email, author.language, *(one.name for one in incoming.attachments)]
    dates = [incoming.sent_at, incoming.revised_at or incoming.sent_at]
    flags = [incoming.automatic, incoming.wants_person, incoming.held]
    dated = all(date.utcoffset() is not None for date in dates)
    return all(ids) and all(map(_storable, texts)) and dated and all(isinstance(flag, bool) for flag in flags)


def _storable(text: str) -> bool:
    """Whether PostgreSQL takes it: no NUL, nothing that UTF-8 cannot write."""
    return "\0" not in text and text.encode("utf-8", "replace").decode() == text


def test_every_recording_says_something(installed: Installed, connector: Any) -> None:
    recordings = _recordings(installed)
    assert recordings
    for path in recordings:
        payload = Payload(path.read_bytes(), content_type=TYPES[path.suffix])
        said = connector.parse(payload)
        assert said, path.name
        assert all(_sound(one) for one in said), path.name
        assert said == connector.parse(payload), path.name


def test_a_recording_damaged_anywhere_is_understood_or_malformed(installed: Installed, connector: Any) -> None:
    tried = 0
    for path in _recordings(installed):
        for body in _damaged(path):
            tried += 1
            try:
                said = connector.parse(Payload(body, content_type=TYPES[path.suffix]))
            except Malformed:
                continue
            assert all(_sound(one) for one in said), (path.name, body[:400])
    assert tried > 50


def _damaged(path: Path) -> Iterator[bytes]:
    body = path.read_bytes()
    yield from (body[: len(body) * share // 20] for share in range(20))
    yield from (b"null", b"[]", b"{}", b"\xff\xfe\x00", b"[" * 5_000, body + body)
    if path.suffix == ".json":
        yield from (json.dumps(one).encode() for one in _json_damaged(json.loads(body)))
    else:
        yield from _mail_damaged(body)


def _json_damaged(whole: Any) -> Iterator[Any]:
    """Each key removed, and each value replaced by others of every kind."""
    for path in list(_paths(whole)):
        without = deepcopy(whole)
        del _parent(without, path)[path[-1]]
        yield without
        for wrong in WRONG:
            changed = deepcopy(whole)
            _parent(changed, path)[path[-1]] = wrong
            yield changed


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from _paths(child, (*path, key))


def _parent(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path[:-1]:
        value = value[key]
    return value


def _mail_damaged(body: bytes) -> Iterator[bytes]:
    """Each line removed, emptied after its colon, or filled with bytes of no charset."""
    lines = re.split(rb"(?<=\n)", body)
    for index, line in enumerate(lines):
        name = line.partition(b":")[0]
        for instead in (b"", name + b":\r\n", name + b': \xff\xfe\x80=?utf-8?b?w?= "<,;\r\n'):
            yield b"".join([*lines[:index], instead, *lines[index + 1 :]])
