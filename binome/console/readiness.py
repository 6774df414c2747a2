"""What must be in place before an installation opens: tables, cache, static files, translations. Nothing is done twice."""

import fcntl
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.core.management.commands.createcachetable import Command as CreateCacheTable
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration

from binome.channels import services
from binome.console.problems import wrong_key

_MIGRATING = 0x62696E6D
"""The advisory lock held by the one process that migrates, when several machines start together."""


def make_ready() -> None:
    """Bring the database and the static files up to date with the code."""
    if migrations_to_apply() or not _has_cache():
        _migrate()
    if services.locked_channels():  # going on would seal more with the wrong key, the journal's facts among it
        raise wrong_key()
    if not static_files_are_fresh():
        _collect_static_files()


def migrations_to_apply() -> list[Migration]:
    """The migrations that this database has not seen, in order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [migration for migration, _backwards in plan]


def static_files_are_fresh() -> bool:
    """The built static files are no older than their sources."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return False
    built = manifest.stat().st_mtime
    return all(Path(storage.path(name)).stat().st_mtime <= built for name, storage in _static_sources())


def _static_sources() -> list[tuple[str, Any]]:
    return [pair for finder in finders.get_finders() for pair in finder.list([])]


def _has_cache() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [settings.CACHES["default"]["LOCATION"]])
        return bool(cursor.fetchone()[0])


def _migrate() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
        try:
            call_command("migrate", interactive=False, verbosity=0)
            call_command(CreateCacheTable(), verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])


def _collect_static_files() -> None:
    """One process of this machine at a time; those that waited find it done."""
    folder = os.open(Path(settings.STATIC_ROOT).parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if not static_files_are_fresh():
            call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    finally:
        os.close(folder)


def close_connections() -> None:
    """Let go of the database: the processes that follow have connections of their own."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
