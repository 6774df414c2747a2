"""The workspace's own words: written, removed, and the messages that hold them read again."""

from django.db import IntegrityError, transaction
from django.db.models import Max

from binome.accounts.models import User
from binome.inbox import threads
from binome.inbox.models import Message
from binome.journal import services as journal
from binome.kit.text import clean, squeeze
from binome.understanding import services
from binome.understanding.facts import TermRemoved, TermWritten
from binome.understanding.lexicon import key, spellings
from binome.understanding.models import Rereading, Term
from binome.workspaces.models import Workspace

LONGEST, MOST = 60, 500
"""Letters of a term, and terms of a workspace."""

AGAIN, BATCH = 2_000, 128
"""Messages read again when a word changes, at most, and how many at a time."""


class NotAWord(ValueError):
    """Write a word or a short phrase, with letters or figures."""


class ValueMissing(ValueError):
    """Say which topic, or what it means."""


class AlreadyKnown(ValueError):
    """This word has a meaning already: remove it first."""


class TooManyTerms(ValueError):
    """There are five hundred words already: remove some first."""


@transaction.atomic
def write_term(workspace: Workspace, *, text: str, meaning: str, value: str = "", user: User) -> Term:
    """Say what a word means here; messages that hold it are read again."""
    text, value = squeeze(clean(text))[:LONGEST], squeeze(clean(value))[:80]
    if not key(text):
        raise NotAWord(NotAWord.__doc__)
    meaning = Term.Meaning(meaning)
    needs_value = meaning in (Term.Meaning.TOPIC, Term.Meaning.MEANS)
    if needs_value and not value:
        raise ValueMissing(ValueMissing.__doc__)
    if workspace.terms.count() >= MOST:
        raise TooManyTerms(TooManyTerms.__doc__)
    term = _created(workspace, text, meaning, value if needs_value else "", user)
    journal.record(TermWritten(term.pk, meaning), workspace_id=workspace.pk, actor=f"user:{user.pk}")
    _read_again(workspace, text)
    return term


@transaction.atomic
def remove_term(term: Term, *, user: User) -> None:
    """The word means here again what it means elsewhere."""
    journal.record(TermRemoved(term.pk), workspace_id=term.workspace_id, actor=f"user:{user.pk}")
    _read_again(term.workspace, term.text)
    term.delete()


@transaction.atomic
def go_on_rereading() -> int:
    """Read again one batch of what waits; how many messages."""
    waiting = Rereading.objects.select_for_update(skip_locked=True).order_by("pk").first()
    if waiting is None:
        return 0
    most = min(BATCH, waiting.left)
    found = threads.holding(waiting.workspace_id, spellings(waiting.words), waiting.before, most)
    if found:
        services.annotate(found)
    if len(found) < most or waiting.left <= len(found):
        waiting.delete()
    else:
        waiting.before, waiting.left = min(found), waiting.left - len(found)
        waiting.save()
    return len(found) or 1


def read_latest_again(workspace: Workspace) -> None:
    """What was learned may tell more of every message: the latest are read again."""
    _read_again(workspace, "")


def _created(workspace: Workspace, text: str, meaning: str, value: str, user: User) -> Term:
    try:
        with transaction.atomic():
            return Term.objects.create(
                workspace=workspace, text=text, folded=key(text)[:80], meaning=meaning, value=value, by=user
            )
    except IntegrityError:
        raise AlreadyKnown(AlreadyKnown.__doc__) from None


def _read_again(workspace: Workspace, text: str) -> None:
    last = Message.objects.filter(workspace=workspace).aggregate(last=Max("pk"))["last"]
    if last:
        Rereading.objects.create(workspace=workspace, words=text, before=last + 1, left=AGAIN)
        journal.wake_on_commit()
