"""What a team does by itself with messages like this one: which tag it puts on, which prepared reply it sends.

Learned from what people did without a proposal: what was proposed and judged measures, and teaches nothing. So a verdict is
always on a message that the habit had not learned from, whichever version of it is asked again.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import chain, zip_longest
from threading import Lock

import numpy as np
from django.db import transaction
from django.db.models import Count

from binome.assistant.facts import HabitLearned
from binome.assistant.models import Habit, Suggestion
from binome.autonomy.models import Act
from binome.inbox.models import Conversation, Message, SavedReply, Tag
from binome.journal import services as journal
from binome.kit.text import fold
from binome.knowledge import finding
from binome.understanding import topics
from binome.understanding.topics import SEEN_BY, Topics, seen_in
from binome.understanding.vocabulary import UNKNOWN
from binome.workspaces.models import Workspace

TAGGED, SENT = 8, 3
"""Conversations that a tag needs, and messages that a saved reply needs, before one learns when it is used."""

EACH, OTHERS, LATEST = 200, 600, 4_000
"""Conversations read of one tag, messages read that got something else, and replies of the team that are looked through."""

FEWEST, AGAINST = 30, 3
"""Texts that got something else: so many at least, and so many for each that got a saved reply."""

GROWN = 1.2
"""How much more there must be to learn from before it is learned again."""

SAME_WORDS = 0.8
"""Share of a saved reply's words in what was sent, from which it was that reply, somewhat completed."""

KEPT = 3
"""Habits of one act that are kept: somebody may be reading the last but one."""

READY = 32
"""Habits that one process keeps ready."""

Examples = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Taught:
    """What there is to learn from: texts with what was done [(text, id)], texts with which something else was, and a digest
    of what one chose among."""

    examples: Examples
    others: Sequence[str]
    basis: str


@dataclass
class Habits:
    """The habits of the workspaces of a batch, read once."""

    known: dict[tuple[int, str], Habit] = field(default_factory=dict)

    @classmethod
    def of(cls, workspaces: Iterable[int]) -> "Habits":
        """One query; what was learned is read once for each process (`_topics`)."""
        rows = Habit.objects.filter(workspace__in=set(workspaces), encoder=SEEN_BY).defer("weights")
        latest = rows.order_by("workspace", "act", "-pk").distinct("workspace", "act")
        return cls({(one.workspace_id, one.act): one for one in latest})

    def version(self, workspace: int, act: str) -> str:
        """The version in use; "" where there is none."""
        habit = self.known.get((workspace, act))
        return habit.version if habit else ""

    def tell(self, act: str, texts: Mapping[int, tuple[int, str]]) -> dict[int, tuple[int, float]]:
        """For texts by place (workspace, text): the id of what the team would use, and how likely; nothing where it is not known."""
        told: dict[int, tuple[int, float]] = {}
        for (workspace, of), habit in self.known.items():
            here = {place: text for place, (where, text) in texts.items() if where == workspace and of == act}
            if here and habit.names:
                for place, said in zip(here, _topics(habit).tell(seen_in(list(here.values()))), strict=True):
                    if said[0] != UNKNOWN:
                        told[place] = int(said[0]), round(said[1], 4)
        return told


def learn_next() -> int:
    """Learn one habit of a workspace that has enough that is new; how many were learned."""
    for workspace in Workspace.objects.order_by("pk"):
        for act in (Act.TAG, Act.PREPARED_REPLY):
            if learn(workspace, act):
                return 1
    return 0


@transaction.atomic
def learn(workspace: Workspace, act: str) -> Habit | None:
    """Learn one habit anew if there is enough that is new, or something else to choose among; None otherwise."""
    free = Workspace.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).filter(pk=workspace.pk)
    if free.first() is None:  # another process is at it
        return None
    last = Habit.objects.filter(workspace=workspace, act=act).order_by("-pk").first()
    taught = tags_put(workspace) if act == Act.TAG else replies_sent(workspace)
    if not _is_news(taught, last):
        return None
    habit = _learned(workspace, act, taught)
    if last and not habit.names and _still_holds(last, taught):
        Habit.objects.filter(pk=last.pk).update(learned_from=len(taught.examples), basis=taught.basis)
        return None
    habit.save()
    older = Habit.objects.filter(workspace=workspace, act=act).order_by("-pk").values_list("pk", flat=True)[KEPT:]
    Habit.objects.filter(pk__in=list(older)).delete()
    fact = HabitLearned(habit.pk, act, len(habit.names))
    journal.record(fact, workspace_id=workspace.pk, actor="ai")
    return habit


def tags_put(workspace: Workspace) -> Taught:
    """The first words of conversations that people tagged by themselves, and of those that they closed without a tag."""
    used = Tag.objects.filter(workspace=workspace).annotate(size=Count("conversations")).filter(size__gte=TAGGED)
    judged = Suggestion.objects.filter(workspace=workspace, lane__act=Act.TAG).values("conversation")
    closed_alone = Suggestion.objects.filter(workspace=workspace, lane__act=Act.CLOSE, state="acted").values(
        "conversation"
    )
    talks = Conversation.objects.filter(workspace=workspace).exclude(pk__in=judged).order_by("-pk")
    examples = [
        (text, str(tag.pk))
        for tag in used.order_by("pk")[:50]
        for text in _first_words(talks.filter(tags=tag).values_list("pk", flat=True)[:EACH])
    ]
    untagged = talks.filter(state=Conversation.State.CLOSED, tags=None).exclude(pk__in=closed_alone)
    others = _first_words(untagged.values_list("pk", flat=True)[:OTHERS])
    return Taught(examples, others, _digest(sorted({pk for _text, pk in examples})))


def replies_sent(workspace: Workspace) -> Taught:
    """What was answered with each saved reply: as the team wrote it down, and as it did; and what is answered otherwise: by
    its other replies, and by its entries."""
    saved = list(workspace.saved_replies.filter(archived_at=None).order_by("pk"))
    named = [(text, str(one.pk)) for one in saved for text in one.serves]
    if not saved:
        return Taught([], [], _digest([]))
    sent, otherwise = _sent(workspace, saved)
    times = Counter(pk for _text, pk in sent)
    many = [(text, pk) for text, pk in sent if times[pk] >= SENT]
    basis = [f"{one.pk}:{one.revision}:{fold(' '.join(one.serves))}" for one in saved]
    examples = list(dict.fromkeys([*named, *many]))
    return Taught(examples, _in_turn(len(examples), otherwise, _asked_of_entries(workspace)), _digest(basis))


def _in_turn(examples: int, *others: Sequence[str]) -> list[str]:
    """Texts of each kind in turn, a few for each example: many more would drown what is rare."""
    return list(dict.fromkeys(filter(None, chain.from_iterable(zip_longest(*others)))))[
        : max(FEWEST, AGAINST * examples)
    ]


def _asked_of_entries(workspace: Workspace) -> list[str]:
    """Questions that entries answer, some of each in turn."""
    entries = finding.quotable(workspace.pk).order_by("pk").values_list("question", "alternatives")
    ways = [[question, *alternatives] for question, alternatives in entries]
    return list(filter(None, chain.from_iterable(zip_longest(*ways))))[:OTHERS]


def _sent(workspace: Workspace, saved: Sequence[SavedReply]) -> tuple[list[tuple[str, str]], list[str]]:
    """What members had said before the team's latest replies: (text, saved reply), and texts that were answered otherwise."""
    judged = Suggestion.objects.filter(workspace=workspace, lane__act=Act.PREPARED_REPLY).values("conversation")
    ours = Message.objects.filter(workspace=workspace, by=Message.By.OPERATOR, deleted_at=None)
    replies = ours.exclude(conversation__in=judged).order_by("-pk").values_list("conversation", "at", "text")[:LATEST]
    asked = _asked_before([(conversation, at) for conversation, at, _text in replies])
    words = [(str(one.pk), set(fold(one.text).split())) for one in saved]
    sent, otherwise = [], []
    for (_conversation, _at, text), before in zip(replies, asked, strict=True):
        if before:
            which = _which(set(fold(text).split()), words)
            (sent.append((before, which)) if which else otherwise.append(before))
    return sent, otherwise


def _which(said: set[str], words: Sequence[tuple[str, set[str]]]) -> str:
    """The saved reply that was sent; "" if it was none of them."""
    alike = [(len(own & said) / len(own), pk) for pk, own in words if own and len(said) <= 2 * len(own)]
    share, pk = max(alike, default=(0.0, ""))
    return pk if share >= SAME_WORDS else ""


def _asked_before(replies: Sequence[tuple[int, datetime]]) -> list[str]:
    """What the member had said last before each of these replies (conversation, instant); "" where that is nothing."""
    said: dict[int, list[tuple[datetime, str]]] = {}
    rows = Message.objects.filter(conversation__in={pk for pk, _at in replies}, by=Message.By.MEMBER, deleted_at=None)
    for conversation, at, text in rows.order_by("at", "pk").values_list("conversation", "at", "text"):
        said.setdefault(conversation, []).append((at, text))
    return [
        next((text for at, text in reversed(said.get(conversation, [])) if at <= until), "")
        for conversation, until in replies
    ]


def _first_words(conversations: Iterable[int]) -> list[str]:
    rows = Message.objects.filter(conversation__in=list(conversations), by=Message.By.MEMBER, deleted_at=None)
    first = rows.exclude(text="").order_by("conversation", "at", "pk").distinct("conversation")
    return list(first.values_list("text", flat=True))


def _is_news(taught: Taught, last: Habit | None) -> bool:
    """Whether there is more to learn from by a fifth, or something else to choose among."""
    if last is None:
        return len(taught.examples) >= topics.EACH
    changed = last.basis != taught.basis or last.encoder != SEEN_BY
    return changed or len(taught.examples) > GROWN * last.learned_from


def _still_holds(last: Habit, taught: Taught) -> bool:
    """Whether what was learned before may stay in use: nothing that it chooses among is gone."""
    there = {pk for _text, pk in taught.examples}
    return bool(last.names) and last.encoder == SEEN_BY and there.issuperset(last.names)


def _learned(workspace: Workspace, act: str, taught: Taught) -> Habit:
    """What was learned, not saved; a habit that knows nothing (no names) where texts left out were not told well enough."""
    texts, names = [text for text, _id in taught.examples], [name for _text, name in taught.examples]
    seen = seen_in([*texts, *taught.others]) if texts else np.zeros((0, 1))
    count = len(texts)
    doubtful = set(names) if act == Act.TAG else set()  # when a saved reply serves, its author has said
    learned = topics.learn(texts, names, seen[:count], seen[count:], doubtful, fewest=1) if texts else None
    good = learned is not None and learned.told > 0 and learned.right >= topics.RIGHT * learned.told
    return Habit(
        workspace=workspace,
        act=act,
        names=list(learned.topics.names) if learned and good else [],
        weights=learned.topics.weights.astype("<f4").tobytes() if learned and good else b"",
        threshold=learned.topics.threshold if learned else topics.NEVER,
        encoder=SEEN_BY,
        basis=taught.basis,
        learned_from=count,
        told=learned.told if learned else 0,
        right=learned.right if learned else 0,
    )


_ready: OrderedDict[int, Topics] = OrderedDict()
_lock = Lock()


def _topics(habit: Habit) -> Topics:
    """What a habit says: it never changes, so a process keeps those that it used last."""
    with _lock:
        known = _ready.pop(habit.pk, None)
    if known is None:
        rows = np.frombuffer(bytes(habit.weights), "<f4").reshape(len(habit.names) + 1, -1).astype(float)
        known = Topics(tuple(habit.names), rows, habit.threshold)
    with _lock:
        _ready[habit.pk] = known
        while len(_ready) > READY:
            _ready.popitem(last=False)
    return known


def _digest(parts: Sequence[str]) -> str:
    return sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()
