"""`binome import` and `binome export`: a community's entries and conversations, in and out, as plain files."""

import json
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from binome.channels import services as channels
from binome.channels.models import Channel
from binome.console.loops import work_until_idle
from binome.inbox import history
from binome.inbox.models import Conversation
from binome.inbox.past import PastConversation, PastMessage
from binome.knowledge import exporting, importing
from binome.knowledge.importing import Unreadable
from binome.knowledge.memory import learning, looking, taking
from binome.knowledge.memory.models import Intake, Waiting
from binome.knowledge.memory.said import Unreadable as NotExchanges
from binome.knowledge.models import Import
from binome.sdk.types import Author
from binome.workspaces.models import Workspace

AT_ONCE = 200
"""Past conversations that are entered together; if it is stopped, those before stay."""

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
    """Bring a community's past in: entries (faq), conversations (messages), exchanges to learn from (history)."""


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
    lines = list(enumerate(_content(file).decode("utf-8", errors="replace").splitlines(), start=1))
    entered = 0
    with click.progressbar(length=len(lines), label=_("Conversations")) as bar:
        for first in range(0, len(lines), AT_ONCE):
            batch = lines[first : first + AT_ONCE]
            made = history.record_all([(channel, _past(line, number)) for number, line in batch if line.strip()])
            entered += len(made) - made.count(None)
            bar.update(len(batch))
    work_until_idle()
    click.echo(ngettext("{n} conversation entered.", "{n} conversations entered.", entered).format(n=entered))


@bring_in.command("history")
@click.argument("file", type=click.Path(path_type=Path))
@workspace_option
@click.option("--team", multiple=True, help="A name or address that is yours, where the export does not say it.")
@click.option("--dry-run", is_flag=True, help="Say what the file holds, take nothing.")
@click.option("--leave-out-bad", is_flag=True, help="Take the good rows even if others cannot be read.")
def import_history(file: Path, slug: str, team: Sequence[str], dry_run: bool, leave_out_bad: bool) -> None:
    """Past exchanges to learn from: JSON Lines, CSV, mbox, archives of Mastodon and Meta, exports of Zendesk, Chatwoot,
    Intercom. Stopped, it goes on where it was; running it again adds only what is new."""
    workspace = _workspace(slug)
    intake = _unfinished(workspace, file) or _given(workspace, file, team)
    while intake.state == Intake.State.READING:
        taking.read_through()
        intake.refresh_from_db()
    _tell_history(intake)
    if dry_run or intake.state == Intake.State.REFUSED:
        taking.abandon(intake)
        return
    try:
        intake = taking.confirm(intake, leave_out_bad=leave_out_bad)
    except NotExchanges as error:
        taking.abandon(intake)
        raise Refused(str(error)) from error
    _take_history(intake)


def _unfinished(workspace: Workspace, file: Path) -> Intake | None:
    """The same file, if it was stopped while it was being taken in."""
    running = Intake.objects.filter(workspace=workspace, name=file.name[:255], state=Intake.State.RUNNING, by="console")
    return running.order_by("-pk").first()


def _given(workspace: Workspace, file: Path, team: Sequence[str]) -> Intake:
    try:
        with file.open("rb") as content:
            return taking.prepare(workspace, file.name, content, actor="console", team=team)
    except OSError as error:
        raise Refused(_("{file} cannot be read: {why}.").format(file=file, why=error.strerror or "?")) from error
    except NotExchanges as error:
        raise Refused(str(error)) from error


def _tell_history(intake: Intake) -> None:
    if intake.state == Intake.State.REFUSED:
        raise Refused(intake.refusal)
    counts = {name: intake.counts.get(name, 0) for name in ("messages", "threads", "bad")}
    click.echo(
        _("{kind}: {messages} messages in {threads} exchanges, {bad} bad rows.").format(kind=intake.kind, **counts)
    )
    for problem in intake.problems[:50]:
        click.echo(_("Row {row}: {why}.").format(**problem), err=True)


def _take_history(intake: Intake) -> None:
    with click.progressbar(length=intake.counts["messages"], label=_("Messages")) as bar:
        done = 0
        while intake.state == Intake.State.RUNNING:
            if not taking.advance():
                time.sleep(0.2)  # a worker is taking the next part
            intake.refresh_from_db()
            bar.update(intake.taken - done)
            done = intake.taken
    waiting = Waiting.objects.filter(workspace=intake.workspace)
    with click.progressbar(length=waiting.count(), label=_("Exchanges learnt from")) as bar:
        while waiting.exists():
            learnt = learning.learn()
            bar.update(learnt)
            if not learnt:
                time.sleep(0.2)
    while looking.look():
        pass
    new = intake.counts.get("new", 0)
    click.echo(ngettext("{n} new message.", "{n} new messages.", new).format(n=new))


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
    except KeyError as error:
        why = _("it has no “{name}”").format(name=error.args[0])
        raise Refused(_("Line {n} is not a conversation: {why}.").format(n=number, why=why)) from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
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
