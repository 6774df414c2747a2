"""Where platforms push what happens: the request is stored whole, then answered; thinking comes later."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from binome.channels import selectors as channels
from binome.channels.services import NotListening, accept
from binome.sdk.errors import Forged, Malformed
from binome.sdk.types import WebhookRequest

LARGEST = 5 * 2**20
"""Bytes of one pushed request."""


@csrf_exempt
@require_POST
def receive(request: HttpRequest, public_id: str) -> HttpResponse:
    """202 once stored (also when it had been stored before); 401 if not authentic; 400 if not in the known form."""
    channel = channels.channel_at(public_id)
    if channel is None:
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


def _refused(status: int, why: str) -> JsonResponse:
    return JsonResponse({"problem": why}, status=status)
