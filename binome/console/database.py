"""The database that the commands use: the one at DATABASE_URL, or the embedded one for as long as it is needed."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings

from binome.console.postgres import cluster
from binome.console.postgres.place import place
from binome.console.problems import Problem
from binome.console.words import _

OLDEST = 150000


@contextmanager
def available() -> Iterator[str]:
    """The address of a database that answers and can hold Binôme's data; `Problem` otherwise."""
    if settings.ENV.database_url:
        check(settings.ENV.database_url)
        yield settings.ENV.database_url
    else:
        with cluster.running(place(settings.ENV.home)) as address:
            yield address


def check(address: str) -> str:
    """The server's version, such as “15.18”, if it is recent enough and knows vectors."""
    with psycopg.connect(address, connect_timeout=5) as connection:
        version = connection.info.server_version
        if version < OLDEST:
            raise Problem(
                _("This PostgreSQL is version {version}; Binôme needs 15 or later.").format(version=version // 10000),
                _("Upgrade it, or leave DATABASE_URL empty to use the one that comes with Binôme."),
            )
        if not _knows_vectors(connection):
            raise Problem(
                _(
                    "This PostgreSQL has no vectors: the extension “vector” (pgvector) is not installed for this database."
                ),
                _(
                    "Install pgvector on the server, then run CREATE EXTENSION vector in the database as its administrator."
                ),
            )
        return f"{version // 10000}.{version % 10000}"


def _knows_vectors(connection: "psycopg.Connection[tuple[object, ...]]") -> bool:
    """The extension is there, or may be created by this role (pgvector marks itself as trusted since 0.5, or superuser)."""
    row = connection.execute(
        """
        SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'vector')
            OR EXISTS (
                SELECT FROM pg_available_extension_versions
                WHERE name = 'vector'
                  AND (NOT superuser OR trusted AND has_database_privilege(current_database(), 'CREATE')
                       OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user))
            )
        """
    ).fetchone()
    return bool(row and row[0])
