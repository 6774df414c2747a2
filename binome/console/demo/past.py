"""The demo's files speak of "twelve days ago at 18:04"; here that becomes instants, always in the past and in order."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from binome.accounts.models import User
from binome.inbox.past import PastConversation, PastMessage
from binome.kit import clock
from binome.knowledge.models import Source
from binome.sdk.types import Author

_BY = {"member": "member", "team": "operator", "ai": "ai", "note": "note"}
_REASONS = {
    "deuil": "grief",
    "detresse": "distress",
    "sante": "health",
    "mineur": "minor",
    "presse": "press",
    "juridique": "legal",
    "remboursement": "refund_or_money",
    "reclamation": "complaint",
    "conflit": "conflict",
    "indesirable": "suspicious",
}
"""What a tag of the demo says of why the AI fell silent, the gravest first."""

_STATES = {"open": "open", "waiting": "open", "closed": "closed", "snoozed": "snoozed"}


class Moments:
    """Reads "-12d 18:04", "-6m", "+9d" from now, in one zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.now, self.zone = clock.now(), zone

    def instant(self, words: str) -> datetime:
        """The instant meant."""
        minutes = re.fullmatch(r"([+-]\d+)m", words)
        if minutes:
            return self.now + timedelta(minutes=int(minutes[1]))
        days, _space, hour = words.partition(" ")
        on = self.now.astimezone(self.zone).date() + timedelta(days=int(days.rstrip("d")))
        return datetime.combine(on, time.fromisoformat(hour), self.zone)

    def day(self, words: str | None) -> date | None:
        """The day meant."""
        return self.now.astimezone(self.zone).date() + timedelta(days=int(words.rstrip("d"))) if words else None


def past_conversation(
    line: Mapping[str, Any],
    moments: Moments,
    people: Mapping[str, User],
    sources: Mapping[str, Source],
    tags: Mapping[str, str],
) -> PastConversation:
    """One line of conversations.jsonl."""
    authors = {"": _author(line["member"])} | {key: _author(who) for key, who in line.get("others", {}).items()}
    reason = next((reason for tag, reason in _REASONS.items() if tag in line["tags"]), "past")
    messages = [_message(said, moments, people, sources, authors, reason) for said in line["messages"]]
    snoozed = line.get("snoozed_until")
    return PastConversation(
        thread_id=f"demo-{line['key']}",
        member=authors[""],
        messages=_in_order(messages, moments.now),
        subject=line.get("subject", ""),
        state=_STATES[line["status"]],
        assignee=people.get(line.get("assigned_to", "")),
        language=line["member"].get("language", line.get("language", "")),
        tags=[tags[key] for key in line["tags"]],
        snoozed_until=moments.instant(snoozed) if snoozed else None,
        undecided="suggestion" in line,
    )


def unanswered(line: Mapping[str, Any], number: int, moments: Moments) -> PastConversation:
    """One line of unanswered.jsonl."""
    return past_conversation(
        {
            "key": f"unanswered-{number}",
            "member": {"name": "", "handle": f"passage-{number}"},
            "status": "closed",
            "tags": [],
            "messages": [{"at": line["at"], "from": "member", "text": line["text"]}],
            "language": line["language"],
        },
        moments,
        {},
        {},
        {},
    )


def _message(
    said: Mapping[str, Any],
    moments: Moments,
    people: Mapping[str, User],
    sources: Mapping[str, Source],
    authors: Mapping[str, Author],
    reason: str,
) -> PastMessage:
    source = sources.get(said.get("source", ""))
    return PastMessage(
        at=moments.instant(said["at"]),
        by=_BY[said["from"]],
        text=said["text"],
        author=authors[said.get("by", "")] if said["from"] == "member" else None,
        operator=people.get(said.get("author", "")),
        sources=[{"source": source.pk, "title": source.question, "url": source.url}] if source else [],
        edits=[(moments.instant(edit["at"]), edit["text"]) for edit in said.get("edits", [])],
        handover=said.get("handover", ""),
        reason=reason,
    )


def _in_order(messages: list[PastMessage], now: datetime) -> list[PastMessage]:
    """As told, whatever the hour at which the demo is loaded: never in the future, never before what precedes."""
    ordered: list[PastMessage] = []
    latest = now - timedelta(seconds=30 * len(messages))
    for message in messages:
        at = min(message.at, latest + timedelta(seconds=30 * len(ordered)))
        if ordered and at <= ordered[-1].at:
            at = ordered[-1].at + timedelta(seconds=20)
        ordered.append(PastMessage(**{**message.__dict__, "at": at}))
    return ordered


def _author(who: Mapping[str, Any]) -> Author:
    known_as = who.get("handle") or who.get("email") or who["name"]
    return Author(
        known_as,
        name=who["name"],
        handle=who.get("handle", ""),
        email=who.get("email", ""),
        language=who.get("language", ""),
    )
