"""Reading messages: every stage on a whole batch, each fed with what those before it said."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction

from binome.inbox import threads
from binome.inbox.threads import Said
from binome.journal import services as journal
from binome.sdk.stage import Reading
from binome.understanding import closer, own
from binome.understanding.facts import MessageUnderstood
from binome.understanding.keeping import Read, keep
from binome.understanding.models import Annotation, CloserLook, Understood
from binome.understanding.own import Own
from binome.understanding.running import run_stages, versions_of_stages


@transaction.atomic
def annotate(messages: Sequence[int]) -> list[Read]:
    """Read these messages with every stage and keep what they say; reading them again replaces it.

    What closer looks found in them stays.
    """
    read = _read(threads.said(messages))
    keep(closer.laid_over(read))
    return read


@transaction.atomic
def understand(messages: Sequence[int]) -> None:
    """Annotate messages that just came in, have those read closer that are worth it, and say so."""
    read = annotate(messages)
    closer.want(read)
    said = sorted((one.said for one in read), key=lambda one: one.message)
    journal.record_each([(MessageUnderstood(one.message, one.conversation), one.workspace, "ai") for one in said])


def read_again(said: Sequence[Said]) -> list[Reading]:
    """What the stages say of these messages, in order; nothing is kept."""
    read = {one.said.message: one for one in _read(said)}
    taught = own.taught_in({one.workspace for one in said})
    return [replace(reading_of(one, taught[one.workspace]), annotations=read[one.message].annotations) for one in said]


@transaction.atomic
def forget(messages: Sequence[int]) -> None:
    """What was read in messages that their authors took back goes with them."""
    Annotation.objects.filter(message__in=messages).delete()
    Understood.objects.filter(message__in=messages).delete()
    CloserLook.objects.filter(message__in=messages).delete()


def _read(said: Sequence[Said]) -> list[Read]:
    taught = own.taught_in({one.workspace for one in said})
    readings = run_stages([reading_of(one, taught[one.workspace]) for one in said])
    shipped = versions_of_stages()
    read: list[Read] = []
    for workspace, mine in taught.items():
        rows = [at for at, one in enumerate(said) if one.workspace == workspace]
        named = {stage: mine.version(stage, version) for stage, version in shipped.items()}
        named[own.TOPIC] = mine.version(own.TOPIC, "own")
        told = own.applied([readings[at] for at in rows], mine)
        read += [Read(said[at], reading.annotations, named) for at, reading in zip(rows, told, strict=True)]
    return read


def reading_of(one: Said, mine: Own) -> Reading:
    """A message as the stages see it."""
    hints = {"language": one.language, "home": one.home}
    words = mine.lexicon.found(one.text)
    return _seen(one, hints=hints, lexicon=words)


def _seen(one: Said, **known: Any) -> Reading:
    by = tuple([str(member or "") for member in one.before_by])
    return Reading(one.text, one.before, str(one.member or ""), thread_by=by, **known)
