"""Reading messages: every stage on a whole batch, each fed with what those before it said."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db import transaction

from binome.inbox import threads
from binome.inbox.threads import Said
from binome.journal import services as journal
from binome.sdk.stage import Annotation as Told
from binome.sdk.stage import Reading
from binome.understanding import closer, own, selectors
from binome.understanding.facts import MessageUnderstood
from binome.understanding.keeping import Read, keep, locked, standing
from binome.understanding.models import Annotation, CloserLook, ReadingVerdict, Understood
from binome.understanding.own import Own
from binome.understanding.running import BETWEEN_MESSAGES, run_stages, versions_of_stages


@transaction.atomic
def annotate(messages: Sequence[int]) -> list[Read]:
    """Read these messages with every stage and keep what they say; reading them again replaces it.

    What closer looks found in them stays, and what was said of them beside those that they came with.
    """
    return _kept(_as_they_came(standing(_read(threads.said(messages)))))


@transaction.atomic
def understand(messages: Sequence[int]) -> None:
    """Annotate messages that just came in, have those read closer that are worth it, and say so."""
    read = _kept(standing(_read(threads.said(messages))))
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
    """What was read in messages that their authors took back goes with them; of what people said of it, the words do."""
    locked(messages)
    Annotation.objects.filter(message__in=messages).delete()
    Understood.objects.filter(message__in=messages).delete()
    CloserLook.objects.filter(message__in=messages).delete()
    ReadingVerdict.objects.filter(message__in=messages).update(evidence={})


def _read(said: Sequence[Said]) -> list[Read]:
    """What is said of these messages; a stage never sees those of two workspaces together."""
    shipped = versions_of_stages()
    read: list[Read] = []
    for workspace, mine in own.taught_in({one.workspace for one in said}).items():
        here = [one for one in said if one.workspace == workspace]
        named = {stage: mine.version(stage, version) for stage, version in shipped.items()}
        named[own.TOPIC] = mine.version(own.TOPIC, "own")
        told = own.applied(run_stages([reading_of(one, mine) for one in here]), mine)
        read += [Read(one, reading.annotations, named) for one, reading in zip(here, told, strict=True)]
    return read


def _kept(read: list[Read]) -> list[Read]:
    keep(closer.laid_over(read))
    return read


def _as_they_came(read: Sequence[Read]) -> list[Read]:
    """Messages that were read before are not compared again: what they came with is no longer beside them."""
    before = selectors.annotations_of([one.said.message for one in read])
    return [_beside(one, before[one.said.message]) if one.said.message in before else one for one in read]


def _beside(read: Read, before: Mapping[str, Annotation]) -> Read:
    compared = {stage: said for stage, said in before.items() if stage in BETWEEN_MESSAGES}
    alone = {stage: told for stage, told in read.annotations.items() if stage not in BETWEEN_MESSAGES}
    then = {stage: Told(said.label, said.confidence, said.evidence) for stage, said in compared.items()}
    versions = {stage: said.version for stage, said in compared.items()}
    return replace(read, annotations={**alone, **then}, versions={**read.versions, **versions})


def reading_of(one: Said, mine: Own) -> Reading:
    """A message as the stages see it."""
    return Reading(
        one.text,
        one.before,
        str(one.member or ""),
        thread_by=tuple([str(member or "") for member in one.before_by]),
        hints={"language": one.language, "home": one.home},
        lexicon=mine.lexicon.found(one.text),
    )
