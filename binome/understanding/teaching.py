"""The topics of a workspace: learned from what others say is about something, kept if they are told well enough."""

from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Count

from binome.inbox.models import Conversation, Message, Tag
from binome.kit.text import fold
from binome.understanding import terms, topics, vocabulary
from binome.understanding.models import Lesson, ReadingVerdict
from binome.understanding.own import TOPIC
from binome.understanding.selectors import holds
from binome.understanding.topics import RIGHT, Learned
from binome.workspaces.models import Workspace

TAGGED = 8
"""Conversations from which on a tag counts as a topic."""

SAME_LANGUAGE = 0.9
"""Share of a tag's conversations in one language, not that of the place, above which it says nothing but that."""

EACH_TAG, OTHERS = 200, 600
"""Conversations read of one tag, and texts without a topic, at most."""

Examples = Sequence[tuple[str, str]]


@transaction.atomic
def teach_topics(workspace: Workspace, examples: Examples, others: Sequence[str] = ()) -> Lesson | None:
    """Learn the topics of these texts [(text, topic)], of tagged conversations and of corrected readings; *others* have none.

    None if nothing can be learned. It takes the place of what was known only if, on texts left out, enough of what it
    tells is right.
    """
    tagged, corrected = _tagged(workspace), _corrected(workspace)
    known = {fold(topic): topic for _text, topic in (*reversed(examples), *corrected)}
    tags = {known.get(fold(tag), tag) for _text, tag in tagged} - set(known.values())
    given = [(text, known.get(fold(topic), topic)[:80]) for text, topic in (*examples, *tagged, *corrected)]
    given = [one for one in dict.fromkeys(given) if one[0].strip() and one[1] and one[1] != vocabulary.UNKNOWN]
    if len({topic for _text, topic in given}) < topics.TOPICS:
        return None
    texts, names = [text for text, _topic in given], [topic for _text, topic in given]
    about_none = [*others[:OTHERS], *(text for text, topic in corrected if topic == vocabulary.UNKNOWN)]
    seen = topics.seen_in([*texts, *about_none])
    learned = topics.learn(texts, names, seen[: len(given)], seen[len(given) :], tags)
    return _kept(workspace, learned, len(given)) if learned else None


def _kept(workspace: Workspace, learned: Learned, given: int) -> Lesson:
    share = learned.right / learned.told if learned.told else 0.0
    before = Lesson.objects.filter(workspace=workspace, stage=TOPIC, in_use=True).first()
    good = share >= RIGHT
    if good:
        Lesson.objects.filter(workspace=workspace, stage=TOPIC, in_use=True).update(in_use=False, weights=b"")
        if before is None or before.labels != list(learned.topics.names) or before.encoder != topics.SEEN_BY:
            terms.read_latest_again(workspace)
    return Lesson.objects.create(
        workspace=workspace, stage=TOPIC, version="own", outcome=Lesson.Outcome.KEPT if good else Lesson.Outcome.DROPPED,
        in_use=good, learned_from=given, tried_on=learned.told, before=before.after if before else None, after=share,
        labels=list(learned.topics.names), weights=learned.topics.weights.astype("<f4").tobytes() if good else b"",
        thresholds=[learned.topics.threshold], encoder=topics.SEEN_BY,
    )  # fmt: skip


def _tagged(workspace: Workspace) -> list[tuple[str, str]]:
    """The first message of conversations that operators tagged, for tags in use enough that do not merely say a language."""
    used = Tag.objects.filter(workspace=workspace).annotate(size=Count("conversations")).filter(size__gte=TAGGED)
    found: list[tuple[str, str]] = []
    for tag in used.order_by("pk")[:50]:
        talks = list(Conversation.objects.filter(tags=tag).order_by("-pk").values_list("pk", "language")[:EACH_TAG])
        spoken = Counter(language for _pk, language in talks if language != workspace.language)
        if max(spoken.values(), default=0) > SAME_LANGUAGE * len(talks):
            continue
        first = Message.objects.filter(conversation__in=[pk for pk, _language in talks], by=Message.By.MEMBER)
        texts = first.filter(deleted_at=None).order_by("conversation", "at", "pk").distinct("conversation")
        found += [(text, tag.name) for text in texts.values_list("text", flat=True)]
    return found


def _corrected(workspace: Workspace) -> list[tuple[str, str]]:
    verdicts = ReadingVerdict.objects.filter(workspace=workspace, stage=TOPIC, message__deleted_at=None)
    rows = verdicts.exclude(right="").order_by("-at")[:2_000]
    columns = rows.values_list("message__text", "right", "at", "message__edited_at")
    return [(text, right) for text, right, at, edited_at in columns if holds(at, edited_at)]
