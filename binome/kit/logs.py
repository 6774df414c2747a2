"""What the log says of troubles that are nobody's defect: a sentence, without the way that led there."""

import logging

PASSING = ("OperationalError", "InterfaceError")
"""A database that is gone; recognised by name, for nothing of databases is known here."""


def without_trace_of_passing_trouble(record: logging.LogRecord) -> bool:
    """Take the trace away from what is logged of a database that does not answer; the line stays."""
    error = record.exc_info[1] if record.exc_info else None
    if type(error).__name__ in PASSING:
        reason = (str(error).strip().splitlines() or ["?"])[0]
        record.msg, record.args = f"{record.getMessage()} (the database does not answer: {reason})", None
        record.exc_info = record.exc_text = None
    return True
