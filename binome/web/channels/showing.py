"""Channels as the screen shows them: health in one sentence, guides, what the outside needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import nh3
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from binome.channels import services as channels
from binome.channels.models import Channel, Delivery
from binome.sdk.errors import ConnectorError
from binome.web.channels.forms import in_words


@dataclass(frozen=True)
class Health:
    """How a channel is: a word with its tone, what happened, what to do."""

    word: str
    tone: str
    what: str = ""
    todo: str = ""


@dataclass(frozen=True)
class Kind:
    """A connector, as one picks it."""

    id: str
    name: str
    summary: str
    icon: SafeString


@dataclass(frozen=True)
class Outside:
    """What the outside needs: an address to send to, the names of the secrets that we made, a line of code, a page to try it."""

    address: str = ""
    secrets: Sequence[tuple[str, str]] = ()
    script: str = ""
    sample: str = ""


def kinds() -> list[Kind]:
    """What can be connected, by name."""
    return sorted((kind(one) for one in channels.manifests()), key=lambda one: one.name.casefold())


def kind(connector: str) -> Kind:
    manifest = channels.manifests()[connector]
    icon = mark_safe(channels.icon(connector))  # noqa: S308 - a file of the connector, installed as code
    return Kind(connector, in_words(manifest.name), in_words(manifest.summary), icon)


def health(channel: Any) -> Health:
    """In this order: disconnected, paused, frozen, in trouble, well. *channel* comes from `channels_of`."""
    what, todo = sentences(channel.failure)
    if channel.state == Channel.State.DISCONNECTED:
        nothing, again = _("Nothing is read and nothing leaves."), _("Save its settings to connect it again.")
        return Health(_("disconnected"), "alarm", what or nothing, todo or again)
    if channel.state == Channel.State.PAUSED:
        return Health(_("paused"), "", _("Nothing is read and nothing leaves. What people wrote waits."))
    if channel.frozen:
        return Health(_("frozen"), "warn", _("Messages come in; nothing leaves until somebody thaws it."))
    if channel.failure:
        return Health(_("in trouble"), "warn", what, todo)
    if not channel.heard_at and not channel.polled_at:
        return Health(
            _("connected"), "", _("Nothing has come from there yet. Check the access, then write something there.")
        )
    return Health(_("well"), "ok")


def sentences(failure: str) -> tuple[str, str]:
    """What a failure means, and what to do about it."""
    if not failure:
        return "", ""
    again = _("Nothing to do: Binôme tries again by itself.")
    known = {
        "WrongKey": (_("The secret key that opened its credentials is lost."), _("Fill the credentials in again, then save the settings.")),
        "AccessRevoked": (_("The platform no longer lets Binôme in."), _("Check the name and the password, then save the settings.")),
        "AccessExpired": (_("The access has run out."), _("Give a new password or token, then save the settings.")),
        "RateLimited": (_("The platform asks Binôme to wait."), again),
        "Unavailable": (_("The platform does not answer."), _("Binôme tries again by itself. If it lasts, check the addresses.")),
        "Rejected": (_("The platform refuses what Binôme asks."), _("Check the settings.")),
        "OutcomeUnknown": (_("The platform’s answer was lost on the way."), again),
        "Malformed": (
            _("The platform sends something that Binôme cannot read."),
            _("It is kept as it arrived. Tell those who maintain the connector."),
        ),
    }  # fmt: skip
    return known.get(failure, (_("The platform could not be used."), _("Check the settings.")))


def refused(error: ConnectorError) -> dict[str, str]:
    """A check that failed: in our words, then in the platform's."""
    what, todo = sentences(type(error).__name__)
    said = str(error)
    return {"what": what, "todo": todo, "detail": said if said != type(error).__doc__ else ""}


def why_unsettled(delivery: Delivery) -> str:
    """Why a message has not arrived, as far as is known."""
    if delivery.state == Delivery.State.UNKNOWN:
        return _("Sent, and no answer came: it may have arrived.")
    return {
        "Rejected": _("The platform refused it."),
        "NotArrived": _("Somebody looked: it did not arrive."),
        "RateLimited": _("The platform asked us to wait for too long."),
        "Unavailable": _("The platform could not be reached."),
    }.get(delivery.failure, _("It did not leave."))


def outside(channel: Channel) -> Outside:
    """What has to be done on the other side once it is connected."""
    manifest = channels.manifests()[channel.connector]
    if manifest.page == "chat":
        script = settings.PUBLIC_URL + reverse("widget:script", args=[channel.public_id])
        sample = reverse("widget:sample", args=[channel.public_id])
        return Outside(script=f'<script src="{script}" async></script>', sample=sample)
    if "listens" not in manifest.capabilities:
        return Outside()
    made = [(one.name, in_words(one.label)) for one in manifest.settings if one.generated and one.kind == "secret"]
    return Outside(settings.PUBLIC_URL + reverse("inbound", args=[channel.public_id]), made)


def guide(connector: str) -> SafeString:
    """The connector's own guide: its title left out, the others one step lower, no markup but that of Markdown."""
    tokens = _MARKDOWN.parse(channels.guide(connector, (get_language() or "en")[:2]))
    html = _MARKDOWN.renderer.render(_lowered(tokens), _MARKDOWN.options, {})
    clean = nh3.clean(html, attributes={"a": {"href"}, "code": set()})
    return mark_safe(clean.replace("<th></th>", "<td></td>"))  # noqa: S308 - cleaned just here


_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def _lowered(tokens: Sequence[Token]) -> list[Token]:
    first = next((i for i, one in enumerate(tokens) if one.type == "heading_close"), -1)
    rest = list(tokens[first + 1 :]) if tokens and tokens[0].tag == "h1" else list(tokens)
    for token in rest:
        if token.type.startswith("heading_"):
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"
    return rest
