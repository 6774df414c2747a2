"""How the embedded PostgreSQL is tuned: modestly, for a machine that does other things, and never at the price of durability."""

import os

MEGABYTE = 1024 * 1024


def tuning() -> dict[str, str]:
    """PostgreSQL's settings, by name. `fsync` and `synchronous_commit` keep their default: on."""
    memory = _memory() // MEGABYTE
    return {
        "shared_buffers": f"{min(512, max(64, memory // 16))}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "random_page_cost": "1.1",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "wal_compression": "on",
        "jit": "off",
        "max_connections": "100",
        **_LOG,
    }


# A file a day, seven kept.
_LOG = {
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_min_duration_statement": "2s",
}


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
