"""Pages that answers point to, looked up by somebody's wish: which of them are gone.

Only through the connectors' own HTTP: public addresses alone, over https, one host at a time, redirects not followed.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.db import transaction

from binome.knowledge.memory.claims import links
from binome.knowledge.memory.models import Case, DeadLink, Problem
from binome.sdk.errors import ConnectorError
from binome.sdk.http import Http

MOST = 20
"""Pages looked up at once."""

SECONDS = 5.0
_GONE = ("404", "410")


def check_links(problem: Problem) -> tuple[int, int]:
    """Look up the pages that a problem's answers point to: how many were asked for, how many are gone."""
    found = pages(problem)
    gone = [page for page in found if is_gone(page)]
    with transaction.atomic():
        DeadLink.objects.filter(workspace=problem.workspace_id, address__in=found).delete()
        DeadLink.objects.bulk_create([DeadLink(workspace_id=problem.workspace_id, address=page) for page in gone])
        Problem.objects.filter(pk=problem.pk).update(looked_at=None)
    return len(found), len(gone)


def pages(problem: Problem) -> list[str]:
    """The addresses in a problem's answers, each once."""
    answers = (
        Case.objects.filter(wording__problem=problem).order_by("-answered_at").values_list("reply__text", flat=True)
    )
    return _once(link for answer in answers[:500] for link in links(answer))[:MOST]


def is_gone(page: str) -> bool:
    """Whether a page says that it does not exist; one that cannot be asked is not said to be gone."""
    host = urlsplit(page).hostname or ""
    try:
        Http(hosts=[host], seconds=SECONDS, max_bytes=1_000).get(page)
    except ConnectorError as error:
        return str(error).startswith(_GONE)
    except ValueError:
        return False
    return False


def _once(addresses: Iterable[str]) -> list[str]:
    https = (one if "://" in one else f"https://{one}" for one in addresses)
    return [one[:1000] for one in dict.fromkeys(https)]
