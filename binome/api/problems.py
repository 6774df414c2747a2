"""What went wrong, as one sentence and a status."""

import inspect
import logging
from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from binome.assistant.services import AnswerFirst, OutOfDate, TooLate
from binome.autonomy.services import AlreadyJudged
from binome.channels import room
from binome.channels.gate import TooLong
from binome.inbox.services import CannotModerate, NothingToSay, NotInTheTeam
from binome.kit.pace import TooMany
from binome.kit.paging import BadCursor
from binome.kit.transitions import MoveRefused
from binome.knowledge.services import Incomplete

log = logging.getLogger(__name__)

STATUSES: dict[type[Exception], int] = {
    AlreadyJudged: 409, AnswerFirst: 409, CannotModerate: 409,
    BadCursor: 422, Incomplete: 422, NothingToSay: 422, NotInTheTeam: 422, OutOfDate: 409, TooLate: 409,
}  # fmt: skip
"""Refusals of the domain whose docstring is what to say."""

SENTENCES = {
    "role": _("This token’s role, or that of the person who made it, does not allow this."),
    "another_reply": _("This idempotency key has already served for another reply."),
    "same_external_id": _("Another entry already has this external_id."),
    "unknown_channel": _("One of these channels is not in this workspace."),
    "unknown_person": _("This person is not in the team."),
}


class Refused(Exception):
    """The interface refuses this request."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


@csrf_exempt
def nothing_here(request: HttpRequest) -> JsonResponse:
    """No such address."""
    return _problem(404, gettext("There is nothing here."))


def tell_in_sentences(api: NinjaAPI) -> None:
    """Have every failure of the interface answered by `{"problem": sentence}`."""
    answers: dict[Any, Callable[..., HttpResponse]] = {
        Refused: _refused,
        Http404: lambda request, error: nothing_here(request),
        AuthenticationError: _no_token,
        ValidationError: _not_as_documented,
        HttpError: _unreadable,
        TooLong: _too_long,
        TooMany: _too_many,
        MoveRefused: _changed,
        Exception: _broken,
    }
    for kind, answer in answers.items():
        api.add_exception_handler(kind, answer)
    for refusal in STATUSES:
        api.add_exception_handler(refusal, _said_by_the_domain)


def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return _problem(error.status, str(SENTENCES[error.why]))


def _said_by_the_domain(request: HttpRequest, error: Any) -> HttpResponse:
    return _problem(STATUSES[type(error)], _sentence(error))


def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _problem(error.status_code, gettext("This request cannot be read."))


def _changed(request: HttpRequest, error: MoveRefused) -> HttpResponse:
    return _problem(409, gettext("It has changed in the meantime: this is no longer possible."))


def _no_token(request: HttpRequest, error: Exception) -> HttpResponse:
    response = _problem(401, gettext("Send an access token of this workspace: Authorization: Bearer bnm_…"))
    response["WWW-Authenticate"] = "Bearer"
    return response


def _not_as_documented(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The names of the fields; never what was in them."""
    wrong = sorted({".".join(str(part) for part in one["loc"][1:] if part != "body") for one in error.errors})
    return _problem(422, pgettext("request", "Not as documented: {fields}.").format(fields=", ".join(wrong)))


def _too_long(request: HttpRequest, error: TooLong) -> HttpResponse:
    words = gettext("This is too long for this channel ({length} characters, {limit} at most). Nothing was sent.")
    return _problem(422, words.format(length=error.length, limit=error.limit))


def _too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    response = _problem(429, gettext("Too many requests: wait a minute."))
    response["Retry-After"] = "60"
    return response


def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """The web's edge: what nobody foresaw is logged, and told without details."""
    if room.caused(error):
        return _in_a_while(gettext("The server’s disk is full: nothing was saved. Try again in a few minutes."))
    if isinstance(error, OperationalError | InterfaceError):
        return _in_a_while(gettext("The database does not answer. Try again in a minute."))
    log.error("the interface met something unforeseen", exc_info=error)
    return _problem(500, gettext("Something broke on our side. Nothing was half saved."))


def _in_a_while(sentence: str) -> JsonResponse:
    log.warning("the interface could not answer: %s", sentence)
    response = _problem(503, sentence)
    response["Retry-After"] = room.RETRY_AFTER
    return response


def _sentence(error: Exception) -> str:
    """What the error says; its docstring, translated, when it was given no words."""
    documented = inspect.cleandoc(type(error).__doc__ or "").partition("\n\n")[0].replace("\n", " ")
    said = str(error)
    return said if said and said != type(error).__doc__ else gettext(documented)


def _problem(status: int, sentence: str) -> JsonResponse:
    content: dict[str, Any] = {"problem": sentence}
    return JsonResponse(content, status=status)
