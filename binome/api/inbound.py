"""Where platforms push what happens: the request is stored whole, then answered; thinking comes later."""

import logging

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from binome.channels import room
from binome.channels import selectors as channels
from binome.channels.models import Channel
from binome.channels.room import NoRoom
from binome.channels.services import NotListening, accept, manifests
from binome.sdk.errors import Forged, Malformed
from binome.sdk.types import WebhookRequest

LARGEST = 5 * 2**20
"""Bytes of one pushed request."""

_DISK_FULL = "the disk of the server is full: this was not stored, send it again later"
_NO_DATABASE = "the database does not answer: this was not stored, send it again later"

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def receive(request: HttpRequest, public_id: str) -> HttpResponse:
    """202 once stored (also when it had been stored before); 401 if not authentic; 400 if not in the known form.

    503 while it cannot be stored, for want of room or of a database: platforms send it again later.
    """
    try:
        return _received(request, public_id)
    except (NoRoom, OperationalError, InterfaceError) as error:
        full = room.caused(error)
        log.warning("a pushed request could not be stored: %s", "the disk is full" if full else type(error).__name__)
        refused = _refused(503, _DISK_FULL if full else _NO_DATABASE)
        refused["Retry-After"] = room.RETRY_AFTER
        refused._has_been_logged = True  # type: ignore[attr-defined]  # just above: Django would say it again
        return refused


def _received(request: HttpRequest, public_id: str) -> HttpResponse:
    room.check()  # before the database is asked: it may have fallen for want of room
    channel = channels.channel_at(public_id)
    if channel is None or _has_a_page(channel):
        raise Http404
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return _refused(413, "too large")
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        new = accept(
            channel,
            WebhookRequest("POST", headers, request.body, {name: str(value) for name, value in request.GET.items()}),
        )
    except NotListening as error:
        raise Http404 from error
    except Forged:
        return _refused(401, "not authentic")
    except Malformed:
        return _refused(400, "not in the documented form")
    return JsonResponse({"received": new}, status=202)


def _has_a_page(channel: Channel) -> bool:
    """Whether it is reached through a page of ours alone, which says who writes and keeps the pace."""
    manifest = manifests().get(channel.connector)
    return manifest is not None and bool(manifest.page)


def _refused(status: int, why: str) -> JsonResponse:
    return JsonResponse({"problem": why}, status=status)
