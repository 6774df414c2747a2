"""Many rows at once into PostgreSQL and out of it, in its binary form, which holds vectors nearly as they are in memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from struct import pack
from typing import Any
from uuid import UUID

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Field, Model, QuerySet
from numpy.typing import NDArray
from psycopg import Cursor, sql

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_BEGIN, _END = b"PGCOPY\n\xff\r\n\0" + b"\0" * 8, b"\xff\xff"
_BLOCK = 1 << 20
_HEAD, _TAIL = len(_BEGIN), len(_END)

Encoder = Callable[[Any], bytes]


def _vector(value: np.ndarray) -> bytes:
    return pack(">hh", len(value), 0) + value.astype(">f4").tobytes()


def _instant(value: datetime) -> bytes:
    delta = value - _EPOCH
    return pack(">q", (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds)


_ENCODERS: dict[str, Encoder] = {
    "BigAutoField": lambda value: pack(">q", value),
    "ForeignKey": lambda value: pack(">q", value),
    "PositiveIntegerField": lambda value: pack(">i", value),
    "UUIDField": lambda value: value.bytes,
    "CharField": lambda value: value.encode(),
    "TextField": lambda value: value.encode(),
    "DateTimeField": _instant,
    "BooleanField": lambda value: b"\1" if value else b"\0",
    "VectorField": _vector,
    "JSONField": lambda value: b"\1" + value.encode(),
}
"""Django's kind of field → what PostgreSQL's binary form wants of a value (jsonb: already as text)."""


def insert(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Enter rows; each has a value for each field."""
    _copy(model._meta.db_table, *_columns(model, fields), rows)


def merge(
    model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]], *, unique: Sequence[str], changes: Sequence[str]
) -> list[Any]:  # fmt: skip
    """Enter rows; one that is there already gets these *changes*, if it differs (without any, it stays as it is).

    Of each that was written: whether it is new, its first field, its second."""
    names, encoders = _columns(model, fields)
    into = sql.SQL("INSERT INTO {table} AS here ({names}) SELECT {names} FROM incoming ORDER BY {unique}").format(
        table=sql.Identifier(model._meta.db_table), names=_listed(names), unique=_listed(unique)
    )
    update = " DO UPDATE SET {sets} WHERE ({old}) IS DISTINCT FROM ({new})" if changes else " DO NOTHING"
    on_conflict = sql.SQL(f" ON CONFLICT ({{unique}}){update}").format(
        unique=_listed(unique),
        sets=sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(one)) for one in changes),
        old=sql.SQL(", ").join(sql.SQL("here.{}").format(sql.Identifier(one)) for one in changes),
        new=sql.SQL(", ").join(sql.SQL("excluded.{}").format(sql.Identifier(one)) for one in changes),
    )
    told = sql.SQL(" RETURNING xmax = 0, {}").format(_listed(names[:2]))
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
                _listed(names), sql.Identifier(model._meta.db_table)
            )
        )
        _copy("incoming", names, encoders, rows)
        cursor.execute(into + on_conflict + told)
        written: list[Any] = cursor.fetchall()
        cursor.execute("DROP TABLE incoming")
    return written


def update(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Change rows; the first field says which."""
    names, encoders = _columns(model, fields)
    table = sql.Identifier(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(_listed(names), table)
        )  # fmt: skip
        _copy("incoming", names, encoders, rows)
        sets = sql.SQL(", ").join(sql.SQL("{0} = incoming.{0}").format(sql.Identifier(one)) for one in names[1:])
        cursor.execute(
            sql.SQL("UPDATE {table} SET {sets} FROM incoming WHERE {table}.{id} = incoming.{id}").format(
                table=table, sets=sets, id=sql.Identifier(names[0])
            )
        )
        cursor.execute("DROP TABLE incoming")


def select(found: QuerySet[Any, tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows of a `values_list` of plain columns: ids, texts, instants, yes or no."""
    try:
        query, given = found.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor, connection.wrap_database_errors:
        bound = cursor.cursor.mogrify(query, given).encode()  # Django's own cursor asks for text only
        with Cursor[tuple[Any, ...]](connection.connection) as binary:
            return binary.execute(bound, binary=True).fetchall()


def vectors(found: QuerySet[Any, Any], field: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The ids of these rows, and their vectors as one table (n, width); in no order."""
    width = found.model._meta.get_field(field).dimensions
    row = np.dtype([("", ">i2"), ("", ">i4"), ("id", ">i8"), ("", ">i4"), ("", ">i4"), ("vector", ">f4", (width,))])
    with connection.cursor() as cursor:
        try:
            query, given = found.order_by().values_list("pk", field).query.sql_with_params()
        except EmptyResultSet:
            return np.zeros(0, np.int64), np.zeros((0, width), np.float32)
        with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)", given) as copy:
            data = b"".join(copy)
    rows = np.frombuffer(data, row, (len(data) - _HEAD - _TAIL) // row.itemsize, _HEAD)
    return rows["id"].astype(np.int64), rows["vector"].astype(np.float32)


def new_ids(model: type[Model], number: int) -> list[int]:
    """Ids that nobody else will get."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, number],
        )
        return [row[0] for row in cursor.fetchall()]


def _columns(model: type[Model], fields: Sequence[str]) -> tuple[list[str], list[Encoder]]:
    found: list[Field[Any, Any]] = [model._meta.get_field(name) for name in fields]  # type: ignore[misc]
    return [str(field.column) for field in found], [_ENCODERS[type(field).__name__] for field in found]


def _copy(table: str, names: Sequence[str], encoders: Sequence[Encoder], rows: Iterable[Sequence[Any]]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table), _listed(names))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in _encoded(encoders, rows):
            copy.write(block)


def _encoded(encoders: Sequence[Encoder], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    block, head = bytearray(_BEGIN), pack(">h", len(encoders))
    for row in rows:
        block += head
        for encode, value in zip(encoders, row, strict=True):
            if value is None:
                block += b"\xff\xff\xff\xff"
            else:
                encoded = encode(value)
                block += pack(">i", len(encoded)) + encoded
        if len(block) > _BLOCK:
            yield bytes(block)
            block.clear()
    yield bytes(block) + _END


def _listed(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def uuid_of(*parts: object) -> UUID:
    """A number for these parts: the same for the same, and in practice no other's."""
    return UUID(bytes=sha256("\x1f".join(map(str, parts)).encode("utf-8", "replace")).digest()[:16])
