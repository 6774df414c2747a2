"""What is set for each request: the person's language and time zone; for pages changed in place, toasts and signing in."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import trigger_client_event

from binome.web.ui.toasts import as_event

Answer = Callable[[HttpRequest], HttpResponse]
DRAWN = frozenset({200, 422})
"""The answers that htmx draws in the page (see `htmx-config`): 422 is what a person must put right."""


def preferences(get_response: Answer) -> Answer:
    """A person's own language comes before the cookie's and the browser's; the zone set by a page ends with it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = getattr(request.user, "language", "")
        if chosen and translation.check_for_language(chosen):
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
        try:
            return get_response(request)
        finally:
            timezone.deactivate()

    return middleware


def toasts_in_place(get_response: Answer) -> Answer:
    """When htmx changes a part of a page, toasts travel in a header: the whole page is not drawn again."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        changes_part = request.headers.get("HX-Request") == "true" and "HX-Redirect" not in response
        if changes_part and response.status_code in DRAWN and "text/html" in response.get("Content-Type", ""):
            waiting = [as_event(message) for message in get_messages(request)]
            if waiting:
                trigger_client_event(response, "toast", {"value": waiting})
        return response

    return middleware


def signing_in_in_place(get_response: Answer) -> Answer:
    """Whoever was signed out meanwhile signs in again and comes back to the page they were on, not to what they asked of it.

    The sign-in page is not drawn inside another.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        sent_to = urlsplit(response.get("Location", "")) if response.status_code == 302 else None
        if sent_to is None or sent_to.path != resolve_url(settings.LOGIN_URL):
            return response
        in_place = request.headers.get("HX-Request") == "true"
        page = urlsplit(request.headers.get("HX-Current-URL" if in_place else "Referer", ""))
        here = urlunsplit(("", "", page.path, page.query, ""))
        back = f"?{urlencode({'next': here})}" if url_has_allowed_host_and_scheme(here, allowed_hosts=None) else ""
        if in_place:
            return HttpResponse(status=401, headers={"HX-Redirect": sent_to.path + back})
        if request.method == "POST" and back and "next" in QueryDict(sent_to.query):
            response["Location"] = sent_to.path + back
        return response

    return middleware
