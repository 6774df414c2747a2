"""The chat's addresses: the script that sites carry, the frame it opens, messages in, events out."""

import json
from typing import Any

from asgiref.sync import sync_to_async
from csp.constants import SELF
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from binome.channels import services as channels
from binome.channels.models import Channel
from binome.channels.room import RETRY_AFTER, NoRoom
from binome.channels.selectors import channel_at
from binome.journal import selectors as journal
from binome.kit import clock
from binome.kit.pace import Pace, TooMany
from binome.sdk.errors import Forged, Malformed
from binome.sdk.types import WebhookRequest
from binome.web import live
from binome.web.live import Event
from binome.web.widget import showing
from binome.web.widget.visitors import address_of, new_visitor, visitor_of

MESSAGES = Pace(20, 60)
"""By visitor."""

VISITORS, NETWORKS, STREAMS = Pace(60, 60), Pace(600, 60), Pace(1_200, 60)
"""New ones, messages of whomever, and streams that are opened, by network address: a whole school may be behind one."""

FURTHEST = 20_000
"""Facts, of the whole installation, that are looked through for one visitor who comes back."""


@require_GET
@cache_control(public=True, max_age=300)
def script(request: HttpRequest, public_id: str) -> HttpResponse:
    """The one line that a website carries leads here."""
    channel = _channel(public_id)
    look = {
        "colour": channel.settings.get("colour") or "#0b6b5d",
        "side": channel.settings.get("position") or "right",
        "language": channel.settings.get("language") or "auto",
        "labels": {"fr": ["Ouvrir la discussion", "Fermer la discussion"], "en": ["Open the chat", "Close the chat"]},
    }
    context = {"look": json.dumps(look).replace("<", "\\u003c")}
    return render(request, "widget/embed.js", context, content_type="text/javascript; charset=utf-8")


@require_GET
@xframe_options_exempt
def frame(request: HttpRequest, public_id: str) -> HttpResponse:
    """The chat itself; only the sites that the operator named may show it."""
    channel = _channel(public_id)
    language = _language(request, channel)
    with translation.override(language):
        response = render(
            request,
            "widget/frame.html",
            {
                "channel": channel,
                "language": language,
                "greeting": channel.settings.get(f"greeting_{language}", ""),
                "title": channel.settings.get("title") or channel.workspace.name,
            },
        )
    response._csp_replace = {"frame-ancestors": [SELF, *channel.settings.get("origins", "").replace(",", " ").split()]}  # type: ignore[attr-defined]
    return response


@require_GET
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
def sample(request: HttpRequest, public_id: str) -> HttpResponse:
    """A page such as any site might have, with the chat on it: to try it, or to show it."""
    channel = _channel(public_id)
    return render(request, "widget/sample.html", {"channel": channel})


@csrf_exempt
@require_POST
def visitors(request: HttpRequest, public_id: str) -> HttpResponse:
    """Somebody opened the chat and writes: here is who they are from now on."""
    channel = _channel(public_id)
    try:
        VISITORS.check(address_of(request))
    except TooMany:
        return _problem(429, _("Too many people at once from this network. Please try again in a minute."))
    return JsonResponse({"visitor": new_visitor(channel.pk)})


@csrf_exempt
def messages(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write (POST), or read what was said so far and where to go on from (GET); 401: who asks is nobody we know."""
    channel = _channel(public_id)
    visitor = visitor_of(request, channel.pk)
    if visitor is None:
        return _problem(401, _("This chat has expired. Please open it again."))
    return _write(request, channel, visitor) if request.method == "POST" else _read(request, channel, visitor)


@require_GET
def events(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """What happens in the visitor's conversation, live; 204 to who is so far behind that they had better read it anew."""
    channel, head = _channel(public_id), journal.head()
    visitor = visitor_of(request, channel.pk)
    if visitor is None:
        return _problem(401, _("This chat has expired. Please open it again."))
    try:
        STREAMS.check(address_of(request))
    except TooMany:
        return _problem(429, _("Too many people at once from this network. Please try again in a minute."))
    if _is_far_behind(request, head):
        return HttpResponse(status=204)
    conversation = _Conversation(channel, visitor, _language(request, channel)).look_up()
    return live.stream(request, conversation.concerns, conversation.render, head=head, reader=visitor)


class _Conversation:
    """Which facts concern one visitor, and how they are told. Asks the database only for facts that may be theirs."""

    def __init__(self, channel: Channel, visitor: str, language: str) -> None:
        self.channel, self.visitor, self.language = channel, visitor, language
        self.thread: int | None = None
        self.conversation: int | None = None

    def concerns(self, event: Event) -> bool:
        if self.thread is None:
            return event.kind == "MessageReceived" and event.about["channel"] == self.channel.pk
        if event.kind == "DeliverySettled":
            return bool(event.about["thread"] == self.thread)
        return event.kind in _TOLD and event.about.get("conversation") == self.conversation

    async def render(self, event: Event) -> dict[str, Any] | None:
        return await sync_to_async(self._render)(event)

    def look_up(self) -> "_Conversation":
        """Learn which thread and conversation are theirs, once they have written."""
        thread = showing.thread_of(self.channel, self.visitor)
        if thread is not None:
            self.thread, self.conversation = thread.pk, showing.conversation_of(thread)
        return self

    def _render(self, event: Event) -> dict[str, Any] | None:
        if self.thread is None and (self.look_up().thread is None or event.about["conversation"] != self.conversation):
            return None
        with translation.override(self.language):
            match event.kind:
                case "MessageReceived":
                    return showing.message(event.about["message"])
                case "DeliverySettled":
                    return showing.message_delivered(event.about["delivery"])
                case _:
                    return {"person": event.kind == "TakenOver"}


_TOLD = frozenset({"MessageReceived", "HandedOver", "TakenOver", "GivenBack"})


def _write(request: HttpRequest, channel: Channel, visitor: str) -> HttpResponse:
    """Who wrote, and when, is what we say: a visitor's clock may be years wrong, or set right before this arrives."""
    try:
        NETWORKS.check(address_of(request))
        MESSAGES.check(visitor)
        ours = {"visitor": visitor, "thread": visitor, "sent_at": clock.now().isoformat()}
        body = {**json.loads(request.body), **ours}
        headers = {name.lower(): value for name, value in request.headers.items()}
        channels.accept(channel, WebhookRequest("POST", headers, json.dumps(body).encode()))
    except TooMany:
        return _problem(429, _("You are writing very fast. Please wait a minute; nothing of what you wrote is lost."))
    except (Malformed, ValueError, TypeError):
        return _problem(400, _("This message could not be read. Please write it again, shorter."))
    except Forged:
        return _problem(403, _("This chat may not be used from this page."))
    except NoRoom:
        refused = _problem(503, _("Messages cannot be taken in at the moment. Please try again in a few minutes."))
        refused["Retry-After"] = RETRY_AFTER
        return refused
    return JsonResponse({"received": True}, status=202)


def _read(request: HttpRequest, channel: Channel, visitor: str) -> HttpResponse:
    head = journal.head()
    with translation.override(_language(request, channel)):
        said = showing.messages_of(channel, visitor)
    thread = showing.thread_of(channel, visitor)
    person = bool(thread and thread.held_by_person)
    return JsonResponse({"head": head, "person": person, "messages": said})


def _is_far_behind(request: HttpRequest, head: int) -> bool:
    seen = request.headers.get("Last-Event-ID") or request.GET.get("since", "")
    return seen.isdecimal() and int(seen[:19]) < head - FURTHEST


def _channel(public_id: str) -> Channel:
    channel = channel_at(public_id)
    if channel is None or channels.manifests()[channel.connector].page != "chat":
        raise Http404
    return channel


def _language(request: HttpRequest, channel: Channel) -> str:
    """The operator's choice; else the page's; else the browser's; else the workspace's."""
    chosen = channel.settings.get("language", "auto")
    asked = [chosen, request.GET.get("language", "")[:2], translation.get_language_from_request(request)[:2]]
    return next((language for language in asked if language in ("fr", "en")), channel.workspace.language)


def _problem(status: int, sentence: str) -> JsonResponse:
    return JsonResponse({"problem": sentence}, status=status)
