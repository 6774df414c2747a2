"""`binome import` and `binome export`: a community's entries and conversations, in and out, as plain files."""

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import click
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from binome.channels import services as channels
from binome.channels.models import Channel
from binome.console.loops import work_until_idle
from binome.inbox import history
from binome.inbox.history import PastConversation, PastMessage
from binome.inbox.models import Conversation
from binome.knowledge import exporting, importing
from binome.knowledge.importing import Unreadable
from binome.knowledge.models import Import
from binome.sdk.types import Author
from binome.workspaces.models import Workspace

_BY = {
    "member": "member",
    "customer": "member",
    "team": "operator",
    "operator": "operator",
    "agent": "operator",
    "ai": "ai",
    "bot": "ai",
    "note": "note",
}


class Refused(click.ClickException):
    """One clear sentence, and a failed exit."""

    exit_code = 2


@click.group("import")
def bring_in() -> None:
    """Bring a community's past in: entries (faq) or conversations (messages)."""


@click.group("export")
def take_out() -> None:
    """Take a community's entries (faq) or conversations (messages) out, one JSON object a line."""


workspace_option = click.option(
    "--workspace", "slug", default="", help="Its address (slug); not needed when there is one."
)


@bring_in.command("faq")
@click.argument("file", type=click.Path(path_type=Path))
@workspace_option
@click.option("--dry-run", is_flag=True, help="Say what would change, change nothing.")
@click.option("--leave-out-bad", is_flag=True, help="Take the good rows even if others cannot be read.")
def import_faq(file: Path, slug: str, dry_run: bool, leave_out_bad: bool) -> None:
    """Entries from a CSV, JSON Lines, JSON or YAML file (gzip or not)."""
    workspace = _workspace(slug)
    try:
        batch = importing.prepare(workspace, file.name, _content(file), actor="console")
        _tell_preview(batch)
        if dry_run:
            importing.abandon(batch)
            return
        batch = importing.confirm(batch, leave_out_bad=leave_out_bad)
    except Unreadable as error:
        raise Refused(str(error)) from error
    with click.progressbar(length=len(batch.rows), label=_("Entries")) as bar:
        done = 0
        while batch.state == Import.State.RUNNING:
            if not importing.advance():
                time.sleep(0.2)  # a worker is taking the next rows
            batch.refresh_from_db()
            bar.update(batch.done_rows - done)
            done = batch.done_rows


@bring_in.command("messages")
@click.argument("file", type=click.Path(path_type=Path))
@workspace_option
@click.option(
    "--channel", "channel_name", default="", help="The channel that they belong to; made if it does not exist."
)
def import_messages(file: Path, slug: str, channel_name: str) -> None:
    """Past conversations, one a line: {"id", "subject"?, "member": {"name", "email"?, "handle"?}, "messages": [{"at",
    "by": "member|team|ai|note", "text"}]}. Nothing in them is answered; running it again adds only what is new."""
    workspace = _workspace(slug)
    channel = _channel(workspace, channel_name or _("Imported"))
    lines = _content(file).decode("utf-8", errors="replace").splitlines()
    entered = 0
    with click.progressbar(lines, label=_("Conversations")) as bar:
        for number, line in enumerate(bar, start=1):
            if line.strip():
                with transaction.atomic():
                    entered += history.record(channel, _past(line, number)) is not None
    work_until_idle()
    click.echo(ngettext("{n} conversation entered.", "{n} conversations entered.", entered).format(n=entered))


@take_out.command("faq")
@workspace_option
@click.option("--output", type=click.File("w", encoding="utf-8"), default="-")
def export_faq(slug: str, output: TextIO) -> None:
    """The entries, in the form that `import faq` takes."""
    for row in exporting.rows(_workspace(slug)):
        _write(output, row)


@take_out.command("messages")
@workspace_option
@click.option("--output", type=click.File("w", encoding="utf-8"), default="-")
def export_messages(slug: str, output: TextIO) -> None:
    """The conversations, in the form that `import messages` takes."""
    rows = Conversation.objects.filter(workspace=_workspace(slug)).select_related("thread", "member", "channel")
    for conversation in rows.order_by("pk").iterator(500):
        _write(output, _as_line(conversation))


def _workspace(slug: str) -> Workspace:
    rows = Workspace.objects.filter(slug=slug) if slug else Workspace.objects.all()
    found = list(rows[:2])
    if len(found) != 1:
        known = ", ".join(Workspace.objects.values_list("slug", flat=True)[:10]) or _("none yet")
        raise Refused(_("Say which workspace, with --workspace (there are: {known}).").format(known=known))
    return found[0]


def _channel(workspace: Workspace, name: str) -> Channel:
    """The channel of this name; a new one is only a place for the past, and paused."""
    channel = workspace.channels.filter(name=name).first()
    if channel is None:
        visible = next(key for key, manifest in channels.manifests().items() if manifest.visible_copy)
        channel = channels.connect_channel(workspace, connector=visible, name=name, values={}, actor="console")
        channels.set_state(channel, Channel.State.PAUSED, actor="console")
    return channel


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refused(_("{file} cannot be read: {why}.").format(file=file, why=error.strerror or "?")) from error


def _tell_preview(batch: Import) -> None:
    click.echo(_("{new} new, {changed} changed, {same} unchanged.").format(**batch.counts))
    for problem in batch.problems[:50]:
        click.echo(_("Row {row}: {why}.").format(**problem), err=True)


def _past(line: str, number: int) -> PastConversation:
    try:
        row = json.loads(line)
        who, said = row.get("member") or {}, row["messages"]
        known_as = str(who.get("id") or who.get("handle") or who.get("email") or who.get("name") or row["id"])
        member = Author(
            known_as, name=str(who.get("name", "")), handle=str(who.get("handle", "")), email=str(who.get("email", ""))
        )
        return PastConversation(
            thread_id=f"import-{row['id']}",
            member=member,
            subject=str(row.get("subject", "")),
            language=str(row.get("language", ""))[:5],
            tags=[str(tag) for tag in row.get("tags", [])],
            state=row.get("state", "closed"),
            messages=[_said(message) for message in said],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(_("Line {n} is not a conversation: {why}.").format(n=number, why=error)) from error


def _said(row: dict[str, Any]) -> PastMessage:
    at = datetime.fromisoformat(row["at"])
    if at.tzinfo is None:
        raise ValueError(_("“at” needs a time zone, as in 2026-03-01T09:00:00+01:00"))
    return PastMessage(at=at, by=_BY[row.get("by", row.get("from", "member"))], text=str(row["text"]))


def _as_line(conversation: Conversation) -> dict[str, Any]:
    member = conversation.member
    names = {"operator": "team"}
    return {
        "id": conversation.thread.external_id,
        "channel": conversation.channel.name,
        "subject": conversation.subject,
        "state": conversation.state,
        "language": conversation.language,
        "member": {"id": str(member.pk), "name": member.name} if member else {},
        "messages": [
            {"at": message.at.isoformat(), "by": names.get(message.by, message.by), "text": message.text}
            for message in conversation.messages.filter(deleted_at=None).order_by("at", "pk")
        ],
    }


def _write(output: TextIO, row: dict[str, Any]) -> None:
    output.write(json.dumps(row, ensure_ascii=False) + "\n")
