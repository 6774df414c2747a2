"""What is set for each request: the person's language, the time zone, and toasts for pages changed in place."""

from collections.abc import Callable

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django_htmx.http import trigger_client_event

from binome.web.ui.toasts import as_event

Answer = Callable[[HttpRequest], HttpResponse]


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
        if changes_part and response.status_code < 300 and "text/html" in response.get("Content-Type", ""):
            waiting = [as_event(message) for message in get_messages(request)]
            if waiting:
                trigger_client_event(response, "toast", {"value": waiting})
        return response

    return middleware
