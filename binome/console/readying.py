"""What the first message would otherwise wait for: models read from disk, the entries of busy places held in memory."""

import gc
import logging

from django.db import DatabaseError, connection

from binome.inbox import selectors as inbox
from binome.knowledge import finding
from binome.knowledge.finding import Asked
from binome.sdk.stage import Reading
from binome.understanding.running import run_stages

log = logging.getLogger(__name__)

PLACES = 8
"""Workspaces, those last written to, whose entries are made ready."""

SAMPLE = "Bonjour, à quelle heure ouvrez-vous demain ?"


def get_ready() -> None:
    """Read one sentence and look for its answer in each place, for nobody. A database that is gone is no matter here."""
    run_stages([Reading(SAMPLE)])
    try:
        finding.find([Asked(workspace, SAMPLE, "fr") for workspace in inbox.busiest(PLACES)])
    except DatabaseError:
        log.info("the entries are made ready at the first question: the database does not answer")
    finally:
        connection.close()
    gc.freeze()  # what is loaded lives as long as the process: the collector need not look at it again and again
