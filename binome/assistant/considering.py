"""From messages to decisions: gathers, in few queries for a whole batch, all that each decision depends on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from django.db.models import Q

from binome.assistant import standing, triage, vetoes, voice
from binome.assistant.deciding import (
    LANGUAGES,
    NEEDED,
    Case,
    Decision,
    Found,
    Reading,
    decide,
    what_would_change,
)
from binome.assistant.foreseeing import foreign_in, questions_in
from binome.assistant.habits import Habits
from binome.assistant.leaves import Leaves
from binome.assistant.models import Suggestion
from binome.assistant.past import Near, Past
from binome.assistant.touches import Approved, Worded
from binome.assistant.triage import Sorting
from binome.autonomy import services as autonomy
from binome.autonomy.models import Act, Lane
from binome.channels import services as channels
from binome.inbox import selectors as inbox
from binome.inbox.models import Conversation, Message, SavedReply, Tag
from binome.inbox.selectors import Around
from binome.journal.models import Entry
from binome.knowledge import finding
from binome.knowledge.finding import Answer, Asked
from binome.knowledge.models import Source
from binome.sdk.stage import Annotation as Said
from binome.understanding import selectors as understanding
from binome.understanding.models import Annotation

NOTHING = Worded("")

OURS = (Message.By.OPERATOR, Message.By.AI)

CLOSING = "closing"
"""What the stage `question` says of a message that ends a conversation."""

Annotations = Mapping[str, Annotation | Said]
"""Stage → what it says of one message."""


@dataclass(frozen=True)
class Prepared:
    """A saved reply that the team would send here, and how likely."""

    reply: SavedReply
    confidence: float


@dataclass
class Considered:
    """A message, the decision on it, and everything that led there."""

    message: Message
    question: str
    language: str
    lane: Lane
    case: Case
    decision: Decision
    answers: Sequence[Answer]
    worded: Worded = NOTHING
    """The best answer with its personal touches."""
    nearest: Sequence[Near] = ()
    blind_share: float = 0.0
    """The share of verdicts that this workspace asks for without showing the proposal."""
    prepared: Prepared | None = None
    """What it leans on instead of an entry."""
    version: str = ""
    """Of what would act, where that is not the answering engine."""
    sortings: Sequence[Sorting] = ()
    """What may be put in order here, without a word."""
    follows_us: bool = False
    """The last word before all that the member has just said was ours."""

    @property
    def blind_chance(self) -> float:
        """With which it is kept back if it is suggested: none where its verdict would be no evidence."""
        return 0.0 if self.decision.vetoes else self.blind_share

    @property
    def confidence(self) -> float:
        """How sure the best answer is."""
        return self.case.found.confidence if self.case.found else 0.0

    @property
    def source(self) -> Source | None:
        """The entry that it leans on."""
        return self.answers[0].source if self.answers and self.prepared is None else None

    @property
    def about(self) -> str:
        """What its evidence is about: the entry's topic, or the prepared reply's title."""
        if self.prepared:
            return self.prepared.reply.title[:80]
        return self.source.topic if self.source else ""

    def text(self, *, alone: bool) -> str:
        """The answer as it would be sent."""
        text, conversation = self.worded.text, self.message.conversation
        return voice.signed(text, conversation, self.language) if alone and text else text

    @property
    def why(self) -> dict[str, Any]:
        """The why card: inputs, matches, lane, nearest past cases, decision, and what would have changed it."""
        own = {"own": self.version} if self.prepared else {}
        return {
            "question": self.question,
            "edited": standing.edited(self.message),
            "case": asdict(self.case),
            "answers": [answer.as_dict() for answer in self.answers],
            **({"prepared": self.prepared.reply.pk} if self.prepared else {}),
            "touches": self.worded.told(),
            "lane": _as_it_stood(self.lane),
            "nearest": [asdict(one) for one in self.nearest],
            "decision": self.decision.as_dict(),
            "would_change": what_would_change(self.case, self.decision),
            "blind_chance": self.blind_chance,
            "versions": {**finding.versions(), **own},
            **({"triage": [sorting.why for sorting in self.sortings]} if self.sortings else {}),
        }


def _as_it_stood(lane: Lane) -> dict[str, Any]:
    """What the decision saw of its lane."""
    leader, opening = lane.leader, lane.leader.opening
    stood = {"id": lane.pk, "level": leader.level, "on_trial": leader.on_trial, "strictness": leader.strictness}
    if opening is None:
        return stood
    life = {"life": opening.life, "risk": opening.risk, "doubt": opening.doubt, "threshold": opening.threshold}
    return {**stood, "opening": opening.pk, **life}


@dataclass(frozen=True)
class Turn:
    """What a member has just said in one conversation, in one message or in several, and what was read in each."""

    messages: Sequence[Message]
    read: Sequence[Annotations]
    around: Sequence[Around]
    doubted: bool = False

    @property
    def last(self) -> Message:
        return self.messages[-1]

    @property
    def reading(self) -> Reading:
        """What the last message says; but whatever is left to people counts in any of them."""
        read = [_labels(said) for said in self.read]
        told = {**read[-1], **_gravest(self.read)}
        for stage in NEEDED:
            unread = any(stage not in said for said in read)
            if unread and not vetoes.found_in({stage: told[stage]} if stage in told else {}):
                told.pop(stage, None)
        return Reading(told)

    @property
    def questions(self) -> int:
        """How many things are asked; at least one."""
        return max(1, sum(len(questions_in(one)) or _asks(one) for one in self.read))


def consider(ids: Sequence[int], heard: Mapping[int, int] | None = None) -> Iterator[Considered]:
    """The decision on what was last said in each conversation among these messages.

    Left out: automatic, erased and old messages, and those that somebody of the team has answered since.
    *heard*: at which position of the journal one heard that they had been read; what was changed since is not read.
    """
    turns = _turns(ids, heard or {})
    asked = [_asked(turn.last, turn.read[-1]) for turn in turns]
    habits = Habits.of({turn.last.workspace_id for turn in turns})
    leaves, past, manners = Leaves(habits), Past(asked), voice.Manners()
    prepared, tags = _prepared(turns, habits), _tags(turns, habits)
    for place, (turn, question, answers) in enumerate(zip(turns, asked, finding.find(asked), strict=True)):
        ready = _surer(prepared.get(place), answers)
        worded = _worded(turn, question, answers, ready, manners)
        considered = _considered(turn, question, answers, ready, worded, leaves, past, place)
        leaves.note(considered.lane, acted=considered.decision.do == "act")
        considered.sortings = list(_sortings(considered, turn, tags.get(place), leaves, past, place))
        yield considered


def _turns(ids: Sequence[int], heard: Mapping[int, int]) -> list[Turn]:
    around = inbox.around(ids)
    spoken: dict[int, list[Message]] = {}
    for message, _texts in inbox.messages_with_threads(ids):
        if _is_for_us(message) and not around[message.pk].answered:
            spoken.setdefault(message.conversation_id, []).append(message)
    known = understanding.known_of([message.pk for messages in spoken.values() for message in messages])
    return [
        Turn(
            messages,
            [{} if _changed_since(one, heard) else known.annotations.get(one.pk, {}) for one in messages],
            [around[one.pk] for one in messages],
            any(one.pk in known.doubted for one in messages),
        )
        for messages in spoken.values()
    ]


def _changed_since(message: Message, heard: Mapping[int, int]) -> bool:
    """Whether its author changed it after it was read: what is kept was read in other words, until it is read again."""
    if message.edited_at is None or message.pk not in heard:
        return False
    changes = Entry.objects.filter(workspace_id=message.workspace_id, kind="MessageEdited", about__message=message.pk)
    return changes.filter(Q(position__gt=heard[message.pk]) | Q(position=None)).exists()


def _labels(said: Annotations) -> dict[str, tuple[str, float]]:
    return {stage: (one.label, one.confidence) for stage, one in said.items()}


def _gravest(read: Sequence[Annotations]) -> dict[str, tuple[str, float]]:
    """What these messages say together that may leave them to people: what a language model answered takes no caution away."""
    return vetoes.gravest([*map(_labels, read), *map(_first_said, read), *map(_answered, read)])


def _first_said(said: Annotations) -> dict[str, tuple[str, float]]:
    """What local stages said before a language model was asked: an answer takes no caution away."""
    return {stage: tuple(one.evidence["before"]) for stage, one in said.items() if _was_asked(one)}


def _answered(said: Annotations) -> dict[str, tuple[str, float]]:
    """What a language model answered, taken at its word: it may add caution."""
    return {stage: (one.label, 1.0) for stage, one in said.items() if _was_asked(one)}


def _was_asked(one: Annotation | Said) -> bool:
    return "asked" in one.evidence and "before" in one.evidence


def _is_for_us(message: Message) -> bool:
    unasked = message.automatic or message.quiet or message.deleted_at is not None
    return message.by == Message.By.MEMBER and not unasked


def _asks(annotations: Annotations) -> bool:
    return "question" not in annotations or annotations["question"].label not in ("no", "closing")


def _asked(message: Message, annotations: Annotations) -> Asked:
    questions = questions_in(annotations)
    text = questions[0] if len(questions) == 1 else message.text
    return Asked(message.workspace_id, text, _language(message, annotations), message.channel_id)


def _prepared(turns: Sequence[Turn], habits: Habits) -> dict[int, Prepared]:
    """By place, the saved reply that the team would send there."""
    told = habits.tell(Act.PREPARED_REPLY, _texts(turns))
    saved = SavedReply.objects.filter(archived_at=None).in_bulk({pk for pk, _chance in told.values()}) if told else {}
    return {place: Prepared(saved[pk], chance) for place, (pk, chance) in told.items() if pk in saved}


def _tags(turns: Sequence[Turn], habits: Habits) -> dict[int, tuple[Tag, float]]:
    """By place, the tag that the team would put there: once a conversation, and not where it bears one already; told anew
    where one waits on words that have changed."""
    told = habits.tell(Act.TAG, _texts(turns))
    if not told:
        return {}
    talks = {turns[place].last.conversation_id for place in told}
    tagged = set(
        Conversation.tags.through.objects.filter(conversation__in=talks).values_list("conversation", flat=True)
    )
    proposed = Suggestion.objects.filter(conversation__in=talks, lane__act=Act.TAG)
    changed = [turns[place].last.pk for place in told if turns[place].last.edited_at]
    anew = Q(message__in=changed, state=Suggestion.State.PENDING)
    done_with = tagged | set(proposed.exclude(anew).values_list("conversation", flat=True))
    tags = Tag.objects.in_bulk({pk for pk, _chance in told.values()})
    return {
        place: (tags[pk], chance)
        for place, (pk, chance) in told.items()
        if pk in tags and turns[place].last.conversation_id not in done_with
    }


def _texts(turns: Sequence[Turn]) -> dict[int, tuple[int, str]]:
    return {place: (turn.last.workspace_id, turn.last.text) for place, turn in enumerate(turns) if turn.last.text}


def _surer(prepared: Prepared | None, answers: Sequence[Answer]) -> Prepared | None:
    """A prepared reply takes the place of an entry where it is the surer of the two."""
    return prepared if prepared and (not answers or prepared.confidence > answers[0].confidence) else None


def _worded(
    turn: Turn, asked: Asked, answers: Sequence[Answer], prepared: Prepared | None, manners: voice.Manners
) -> Worded:
    if prepared:
        approved = Approved(prepared.reply.text, "", "")
    elif answers:
        source = answers[0].source
        approved = Approved(source.answer, source.familiar, source.url)
    else:
        return NOTHING
    conversation = turn.last.conversation
    said, manner = "\n".join(message.text for message in turn.messages), manners.of(conversation, asked.language)
    return voice.worded(approved, conversation, asked.language, manner=manner, said=said)


def _considered(
    turn: Turn,
    asked: Asked,
    answers: Sequence[Answer],
    prepared: Prepared | None,
    worded: Worded,
    leaves: Leaves,
    past: Past,
    place: int,
) -> Considered:
    conversation, best = turn.last.conversation, answers[0] if answers else None
    act, about = (Act.PREPARED_REPLY, prepared.reply.title[:80]) if prepared else (Act.ANSWER, _topic(best))
    lane = leaves.lane(turn.last.workspace_id, act, asked.language, about)
    threshold = finding.threshold(autonomy.threshold_of(lane))
    found = _as_prepared(prepared, asked.language) if prepared else as_found(best)
    case = Case(
        reading=turn.reading,
        language=foreign_in(turn.read[-1]) or asked.language,
        found=found,
        prepared=prepared is not None,
        threshold=threshold,
        leave=leaves.why(lane, found.confidence if found else 0.0, threshold),
        held=conversation.thread.held_by_person,
        handed_over=conversation.needs_person,
        wants_person=any(message.wants_person for message in turn.messages),
        attachments=sum(one.files for one in turn.around),
        questions=turn.questions,
        answered_before=turn.around[-1].before in OURS,
        doubted=turn.doubted,
        awaits_approval=any(message.held for message in turn.messages),
        hidden=turn.last.hidden_at is not None,
        late=standing.is_late(turn.messages[0]),
        too_long=found is not None
        and not voice.fits(voice.signed(worded.text, conversation, asked.language), conversation),
        resemblance=past.resemblance(place, lane),
    )
    return Considered(
        turn.last,
        asked.text,
        asked.language,
        lane,
        case,
        decide(case),
        answers,
        worded,
        past.nearest(place),
        leaves.blind_share(lane),
        prepared,
        leaves.version(lane),
        follows_us=turn.around[0].before in OURS,
    )


def _sortings(
    considered: Considered, turn: Turn, tag: tuple[Tag, float] | None, leaves: Leaves, past: Past, place: int
) -> Iterator[Sorting]:
    """What may be put in order: the tag that the team would put here; closing, where the member has said the last word of a
    conversation that is over; each message that harms, or waits for approval, where the channel can hide and show."""
    weigh = partial(_sorting, considered, leaves, past, place)
    if tag:
        yield weigh(turn.last, triage.Case(Act.TAG, tag[1], 0.0, "", tag=tag[0].pk), tag[0])
    if considered.decision.do == "rest" and turn.last.conversation.state == Conversation.State.OPEN:
        yield weigh(turn.last, triage.Case(Act.CLOSE, considered.case.reading.labels["question"][1], 0.0, ""))
    if not channels.can(turn.last.conversation.channel, "moderates"):
        return
    doubt = ("unsure_reading",) if turn.doubted else ()
    for message, read, around in zip(turn.messages, turn.read, turn.around, strict=True):
        gravest = _gravest([read])
        if message.hidden_at is None and (harm := triage.hiding(_labels(read), gravest)):
            kind, chance, vetoed = harm
            yield weigh(message, triage.Case(Act.HIDE, chance, 0.0, "", kind=kind, vetoes=(*vetoed, *doubt)))
        elif message.held:
            chance, vetoed = triage.approving(gravest, files=around.files)
            yield weigh(message, triage.Case(Act.APPROVE, chance, 0.0, "", vetoes=(*vetoed, *doubt)))


def _sorting(
    considered: Considered,
    leaves: Leaves,
    past: Past,
    place: int,
    message: Message,
    case: triage.Case,
    tag: Tag | None = None,
) -> Sorting:
    """The case in its lane, decided. What an earlier message resembles is not measured, so in a lane open on evidence it is
    not acted upon."""
    lane = leaves.lane(message.workspace_id, case.act, considered.language, tag.name if tag else case.kind)
    threshold = autonomy.threshold_of(lane)
    is_last = message.pk == considered.message.pk
    resemblance = past.resemblance(place, lane) if is_last or lane.leader.opening is None else 0.0
    leave = leaves.why(lane, case.confidence, threshold)
    case = replace(case, threshold=threshold, leave=leave, resemblance=resemblance)
    decision = triage.decide(case)
    leaves.note(lane, acted=decision.do == "act")
    stood, version = _as_it_stood(lane), leaves.version(lane)
    question = considered.question if is_last else message.text
    return Sorting(message, lane, case, decision, question, stood, version, tag, leaves.blind_share(lane))


def _topic(best: Answer | None) -> str:
    return best.source.topic if best else ""


def _as_prepared(prepared: Prepared, language: str) -> Found:
    """A saved reply as what was found: it speaks every language unless it says which one it is in."""
    return Found(prepared.reply.pk, prepared.confidence, prepared.reply.language or language)


def as_found(best: Answer | None) -> Found | None:
    """What the decision needs to know of the best answer."""
    if best is None:
        return None
    return Found(best.source.pk, best.confidence, best.source.language, standing.has_expired(best.source))


def _language(message: Message, annotations: Annotations) -> str:
    """The language of the message if it is one we answer in; else the conversation's, else the workspace's."""
    said = annotations["language"].label if "language" in annotations else ""
    known = [said, message.conversation.language, message.workspace.language]
    return next((language for language in known if language in LANGUAGES), LANGUAGES[0])
