"""Pages for when something went wrong: what happened, whether anything was lost, what to do."""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from binome.channels import room
from binome.web.ui import toasts

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        400,
        _("This request could not be understood"),
        _("The address or the form sent by the browser is not complete."),
        _("Nothing was changed."),
        _("Go back, reload the page, and try again."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        403,
        _("Your role does not allow this"),
        _("You are in the team, but this page needs another role."),
        _("Nothing was changed."),
        _("An owner or a manager can change your role, on the Team page."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        404,
        _("There is nothing here"),
        _("The address is wrong, or what was here has been removed, or it is not yours to see."),
        _("Nothing was lost."),
        _("Check the address, or go back to the first page."),
    )


def too_many(request: HttpRequest) -> HttpResponse:
    """Too many attempts from one address, or at one account, in a short time."""
    return _page(
        request,
        429,
        _("Too many attempts"),
        _("To keep guessers out, Binôme waits a few minutes after several tries."),
        _("Nothing was changed."),
        _("Wait five minutes, then try again. If you have forgotten the password, ask for another."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the database: it may be what failed."""
    error = sys.exc_info()[1]
    if error and room.caused(error):
        return _in_a_while(
            request,
            _("The server’s disk is full"),
            _("Nothing more can be written where Binôme keeps its data."),
            _("What was already saved is safe. What you were sending was not saved."),
            _("Whoever looks after the server must free some space; Binôme then goes on by itself."),
        )
    if isinstance(error, OperationalError | InterfaceError):
        return _in_a_while(
            request,
            _("The database does not answer"),
            _("Binôme is running, but cannot reach its database."),
            _("What was already saved is safe. What you were sending was not saved."),
            _("Wait a minute and reload. If it lasts, run “binome doctor” on the server: it says what to do."),
        )
    return _page(
        request,
        500,
        _("Something broke on our side"),
        _("An error that nobody foresaw stopped this page. It is written in the server’s log, at {time}.").format(
            time=timezone.now().strftime("%H:%M:%S UTC")
        ),
        _("What was already saved is safe; nothing is ever half saved."),
        _("Go back and look whether your change is there before you try again."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page changed in place is loaded again, with what was written in it (inbox/writing.js)."""
    log.info("a form was refused: %s", reason)
    if request.headers.get("HX-Request") == "true":
        toasts.show(request, _("Not done: you signed in or out in another tab. Please do it again."), tone="alarm")
        return HttpResponse(status=403, headers={"HX-Refresh": "true"})
    return _page(
        request,
        403,
        _("This form has expired"),
        _(
            "You signed in or out in another tab, or the browser refuses cookies, so we cannot be sure that it was you who sent it."
        ),
        _("Nothing was changed; what you typed is still in the form if you go back."),
        _("Go back, reload the page, and send it again."),
    )


def _in_a_while(request: HttpRequest, title: str, what: str, lost: str, do: str) -> HttpResponse:
    answer = _page(request, 503, title, what, lost, do)
    answer["Retry-After"] = room.RETRY_AFTER
    return answer


def _page(request: HttpRequest, status: int, title: str, what: str, lost: str, do: str) -> HttpResponse:
    words = {
        "status": status,
        "title": title,
        "what": what,
        "lost": lost,
        "do": do,
        "theme": "system",
        "shortcuts": False,
    }
    return HttpResponse(render_to_string("ui/error.html", words), status=status)
