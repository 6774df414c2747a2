"""Connecting places and taking in what they send. What leaves is in `gate`."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from binome.channels import room
from binome.channels.facts import ChannelConnected, ChannelStateChanged, PayloadArrived, SecretShown
from binome.channels.models import ERASED, Arrival, Channel, Thread
from binome.journal import services as journal
from binome.kit import clock
from binome.kit.secrets import WrongKey, seal, unseal
from binome.kit.text import clean, identifier
from binome.sdk import registry
from binome.sdk.connector import Checks, Listens, Reads
from binome.sdk.errors import AccessExpired, AccessRevoked, ConnectorError, Malformed, RateLimited
from binome.sdk.manifest import Capability, Manifest
from binome.sdk.types import Account, Author, Incoming, Payload, WebhookRequest
from binome.workspaces.models import Workspace


@dataclass(frozen=True)
class Ages:
    """How old a message may be: to be answered alone (hours), and for anybody to be told of it (days)."""

    alone_within_hours: int
    quiet_after_days: int


class MissingSetting(ValueError):
    """Something needed to connect this channel was not filled in."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(str(_("Please fill in: {names}")).format(names=", ".join(names)))
        self.names = names


class NotOfThisWorkspace(ValueError):
    """This belongs to another workspace."""


class NotListening(LookupError):
    """This channel takes nothing that is pushed to it."""


def manifests() -> Mapping[str, Manifest]:
    """What can be connected, by connector id."""
    return {key: one.manifest for key, one in registry.connectors().items()}


def guide(connector_id: str, language: str) -> str:
    """How an operator connects this kind of place (Markdown)."""
    folder = registry.connector(connector_id).folder
    translated = folder / f"README.{language}.md"
    return (translated if translated.exists() else folder / "README.md").read_text("utf-8")


def icon(connector_id: str) -> str:
    """The connector's icon (SVG)."""
    return (registry.connector(connector_id).folder / "icon.svg").read_text("utf-8")


@transaction.atomic
def connect_channel(
    workspace: Workspace,
    *,
    connector: str,
    name: str,
    values: Mapping[str, Any],
    actor: str,
    ages: Ages | None = None,
) -> Channel:
    """Connect a place. What the manifest calls secret is sealed; what it says is generated is made here."""
    manifest = registry.connector(connector).manifest
    plain, secret = _sorted_values(manifest, values, {}, {})
    channel = Channel.objects.create(
        workspace=workspace,
        connector=connector,
        name=name,
        settings=plain,
        sealed_secrets=seal(secret, key=settings.SECRET_KEY),
        **(asdict(ages) if ages else {}),
    )
    journal.record(ChannelConnected(channel.pk, connector), workspace_id=workspace.pk, actor=actor)
    return channel


@transaction.atomic
def change_channel(
    channel: Channel, *, name: str, values: Mapping[str, Any], actor: str, ages: Ages | None = None
) -> Channel:
    """Change a channel's settings; a secret left empty stays as it was. A disconnected channel is connected again, a
    paused one stays so."""
    manifest = registry.connector(channel.connector).manifest
    plain, secret = _sorted_values(manifest, values, channel.settings, _secrets(channel))
    channel.name, channel.settings = name, plain
    channel.sealed_secrets = seal(secret, key=settings.SECRET_KEY)
    if ages:
        channel.alone_within_hours, channel.quiet_after_days = ages.alone_within_hours, ages.quiet_after_days
    channel.save(update_fields=["name", "settings", "sealed_secrets", "alone_within_hours", "quiet_after_days"])
    paused = channel.state == Channel.State.PAUSED
    _set_state(channel, Channel.State.PAUSED if paused else Channel.State.CONNECTED, actor=actor)
    return channel


@transaction.atomic
def set_state(channel: Channel, state: str, *, actor: str) -> None:
    """Pause, disconnect or connect again."""
    _set_state(channel, Channel.State(state), actor=actor)


def check_channel(channel: Channel) -> None:
    """Try the channel's access without changing anything; raises the `ConnectorError` met."""
    connector = connected(channel)
    if isinstance(connector, Checks):
        connector.check()


def try_settings(connector: str, values: Mapping[str, Any], *, channel: Channel | None = None) -> None:
    """Try an access that is not saved (secrets left empty are those of *channel*); raises the `ConnectorError` met."""
    found = registry.connector(connector)
    before = (channel.settings, _secrets(channel)) if channel else ({}, {})
    one = found.connect(Account(*_sorted_values(found.manifest, values, *before)))
    if isinstance(one, Checks):
        one.check()


def examine(channel: Channel) -> ConnectorError | None:
    """Try the channel's access and keep what was found: its failure, or that it is well."""
    try:
        check_channel(channel)
    except ConnectorError as error:
        note_failure(channel, error)
        return error
    Channel.objects.filter(pk=channel.pk).update(failure="", failure_detail="", failed_at=None)
    return None


def can(channel: Channel, capability: Capability) -> bool:
    """Whether this channel, as it is set, can do that; it cannot once its connector is gone."""
    manifest = manifests().get(channel.connector)
    return manifest is not None and manifest.can(capability, Account(channel.settings))


def connected(channel: Channel) -> Any:
    """The connector for this channel, with its secrets opened."""
    return registry.connector(channel.connector).connect(Account(channel.settings, _secrets(channel)))


def locked_channels() -> list[Channel]:
    """The channels whose credentials were sealed with another secret key than the installation's present one."""
    return [channel for channel in Channel.objects.exclude(sealed_secrets="").order_by("pk") if not _opens(channel)]


@transaction.atomic
def forget_locked_credentials(*, actor: str) -> list[Channel]:
    """Go on without those that no key opens any more: their channels are to be connected again. Which they were."""
    locked = locked_channels()
    for channel in locked:
        Channel.objects.filter(pk=channel.pk).update(sealed_secrets="")
        _set_state(channel, Channel.State.DISCONNECTED, actor=actor, failure=WrongKey.__name__)
    return locked


def _opens(channel: Channel) -> bool:
    try:
        _secrets(channel)
    except WrongKey:
        return False
    return True


def secret(channel: Channel, name: str) -> str:
    """One secret of a channel, to show once to who may see it (a webhook's token)."""
    return str(_secrets(channel).get(name, ""))


@transaction.atomic
def show_secret(channel: Channel, name: str, *, actor: str) -> str:
    """One secret that Binôme made, for the outside; that it was shown, and to whom, is written down."""
    made = [one.name for one in manifests()[channel.connector].settings if one.generated and one.kind == "secret"]
    if name not in made:
        raise LookupError(name)
    journal.record(SecretShown(channel.pk, name), workspace_id=channel.workspace_id, actor=actor)
    return secret(channel, name)


def thread(channel: Channel, external_id: str) -> tuple[Thread, bool]:
    """The platform's thread of this id, and whether it is new."""
    return Thread.objects.get_or_create(
        channel=channel, external_id=identifier(external_id, 500), defaults={"workspace_id": channel.workspace_id}
    )


def threads(wanted: Sequence[tuple[Channel, str]]) -> dict[tuple[int, str], Thread]:
    """These threads, made if they were not there: by channel and platform's id (at most 500 characters)."""
    made = new_threads(wanted) if wanted else {}
    keys = {(channel.pk, identifier(external_id, 500)) for channel, external_id in wanted}
    return made | threads_of(keys - made.keys())


def threads_of(keys: Set[tuple[int, str]]) -> dict[tuple[int, str], Thread]:
    """Those of these threads that are known."""
    asked = {"channel__in": {channel for channel, _id in keys}, "external_id__in": {one for _channel, one in keys}}
    found = {(one.channel_id, one.external_id): one for one in Thread.objects.filter(**asked)}
    return {key: one for key, one in found.items() if key in keys}


def new_threads(wanted: Iterable[tuple[Channel, str]]) -> dict[tuple[int, str], Thread]:
    """Those of these threads that were not there, made now: by channel and platform's id (at most 500 characters)."""
    ids = {(channel.pk, identifier(external_id, 500)): channel.workspace_id for channel, external_id in wanted}
    rows = [(workspace, channel, external_id) for (channel, external_id), workspace in ids.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_thread (workspace_id, channel_id, external_id, held_by_person) "
            "SELECT new.*, false FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS new "
            "ON CONFLICT DO NOTHING RETURNING id",
            [list(column) for column in zip(*rows, strict=True)] or [[], [], []],
        )
        made = Thread.objects.in_bulk([pk for (pk,) in cursor.fetchall()]).values()
    return {(thread.channel_id, thread.external_id): thread for thread in made}


@transaction.atomic
def receive(channel: Channel, payloads: Sequence[Payload]) -> int:
    """Store what arrived, untouched, in one insert; the same thing again is not stored again. How many were new.

    `NoRoom` when the disk is full.
    """
    if not payloads:
        return 0
    room.check()
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_arrival (workspace_id, channel_id, key, content_type, body, arrived_at, problem) "
            "SELECT %s, %s, new.*, %s, '' FROM unnest(%s::text[], %s::text[], %s::bytea[]) AS new "
            "ON CONFLICT DO NOTHING RETURNING id",
            [
                channel.workspace_id,
                channel.pk,
                now,
                [_key(payload) for payload in payloads],
                [payload.content_type[:80] for payload in payloads],
                [payload.body for payload in payloads],
            ],
        )
        new = [row[0] for row in cursor.fetchall()]
    if new:
        journal.record(*(PayloadArrived(pk, channel.pk) for pk in new), workspace_id=channel.workspace_id)
    if channel.heard_at is None or channel.heard_at < now - timedelta(seconds=20):
        Channel.objects.filter(pk=channel.pk).exclude(heard_at__gt=now - timedelta(seconds=20)).update(heard_at=now)
    return len(new)


def accept(channel: Channel, request: WebhookRequest) -> int:
    """Take a pushed request in: `Forged` if it is not authentic, `NotListening` if the channel takes none."""
    connector = connected(channel)
    if channel.state == Channel.State.DISCONNECTED or not isinstance(connector, Listens):
        raise NotListening(NotListening.__doc__)
    return receive(channel, connector.accept(request))


def poll(channel: Channel) -> int:
    """Read what is new; what was read and how far are stored together. How many were new."""
    manifest = registry.connector(channel.connector).manifest
    try:
        connector = connected(channel)
        batch = connector.read(channel.cursor) if isinstance(connector, Reads) else None
    except ConnectorError as error:
        note_failure(channel, error)
        return 0
    with transaction.atomic():
        new = receive(channel, batch.payloads) if batch else 0
        now = clock.now()
        more = bool(batch and batch.payloads and (new or batch.cursor != channel.cursor))
        pause = timedelta(seconds=0 if more else manifest.poll_seconds)
        read = Channel.objects.filter(pk=channel.pk)
        read.update(polled_at=now, poll_after=now + pause, failure="", failure_detail="", failed_at=None)
        if batch:  # unless another process has read on meanwhile: a cursor never goes back
            read.filter(cursor=channel.cursor).update(cursor=batch.cursor)
    return new


def read_arrivals(ids: Sequence[int]) -> list[tuple[Arrival, list[Incoming]]]:
    """What these arrivals say, in order. One that cannot be read is kept with its problem and says nothing."""
    arrivals = list(Arrival.objects.filter(pk__in=ids).order_by("pk"))
    places = Channel.objects.in_bulk({arrival.channel_id for arrival in arrivals})
    for arrival in arrivals:
        arrival.channel = places[arrival.channel_id]
    connectors: dict[int, Any] = {}
    return [(arrival, _parsed(arrival, connectors)) for arrival in arrivals]


def note_failure(channel: Channel, error: ConnectorError) -> None:
    """The consequence of each failure, decided once: wait, back off, or disconnect and tell."""
    now = clock.now()
    if isinstance(error, AccessRevoked | AccessExpired) and channel.state == Channel.State.CONNECTED:
        _set_state(channel, Channel.State.DISCONNECTED, actor="system", failure=type(error).__name__)
    wait = error.after if isinstance(error, RateLimited) else _backoff(channel)
    Channel.objects.filter(pk=channel.pk).update(
        failure=type(error).__name__,
        failure_detail=clean(str(error))[:300],
        polled_at=now,
        poll_after=now + timedelta(seconds=wait),
        failed_at=channel.failed_at or now,
    )


def _backoff(channel: Channel) -> float:
    """Seconds: twice what the trouble has lasted, between ten seconds and a quarter of an hour."""
    lasted = (clock.now() - channel.failed_at).total_seconds() if channel.failed_at else 0
    return min(max(10.0, 2 * lasted), 900.0)


def account_of(author: Author) -> str:
    """The id of an account on its platform, as we keep it."""
    return identifier(author.external_id, 320)


def parse(arrival: Arrival) -> list[Incoming]:
    """What one arrival says; nothing when it cannot be read, or was emptied."""
    return _parsed(arrival, {})


def _parsed(arrival: Arrival, connectors: dict[int, Any]) -> list[Incoming]:
    channel = arrival.channel
    if arrival.content_type == ERASED:
        return []
    try:
        connector = connectors.setdefault(channel.pk, None) or connected(channel)
        connectors[channel.pk] = connector
        items: list[Incoming] = connector.parse(Payload(bytes(arrival.body), arrival.key, arrival.content_type))
    except Malformed as error:
        Arrival.objects.filter(pk=arrival.pk).update(problem=clean(str(error))[:300] or "Malformed")
        return []
    return items


def _sorted_values(
    manifest: Manifest, values: Mapping[str, Any], plain_before: Mapping[str, Any], secret_before: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values, apart: what may be seen, and what is secret."""
    plain, hidden, missing = dict(plain_before), dict(secret_before), []
    for setting in manifest.settings:
        kept, before = (hidden, secret_before) if setting.kind == "secret" else (plain, plain_before)
        given = str(values.get(setting.name, "")).strip()
        value = given or (before.get(setting.name, "") if setting.kind == "secret" or setting.generated else "")
        if not value:
            value = setting.new_secret() if setting.generated else setting.default
        if not value and setting.required:
            missing.append(setting.name)
        kept[setting.name] = value
    if missing:
        raise MissingSetting(missing)
    return plain, hidden


def _set_state(channel: Channel, state: Channel.State, *, actor: str, failure: str = "") -> None:
    Channel.objects.filter(pk=channel.pk).update(
        state=state, failure=failure, failure_detail="", failed_at=None, poll_after=clock.now()
    )
    channel.state = state
    journal.record(ChannelStateChanged(channel.pk, state, failure), workspace_id=channel.workspace_id, actor=actor)


def _secrets(channel: Channel) -> dict[str, Any]:
    return unseal(channel.sealed_secrets, key=settings.SECRET_KEY)


def _key(payload: Payload) -> str:
    return identifier(payload.key, 255) or hashlib.sha256(payload.body).hexdigest()
