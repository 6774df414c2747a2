"""Looking closer, by errands: pictures are opened, and a language model is asked what local stages are unsure of.

What a model answers is one of the labels it was offered or nothing. It may add a reason for caution; what it takes away
from a reading counts nowhere in favour of acting alone (`assistant.considering`), since what it read may have told it so.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import override

from binome.inbox import threads
from binome.inbox.models import Message
from binome.inbox.threads import Said
from binome.journal import services as journal
from binome.llm import labelling
from binome.llm.errors import ModelFailed
from binome.llm.labelling import Labelled
from binome.sdk.stage import Annotation, Reading
from binome.understanding import closer, keeping, pictures, private, services, unsure, vocabulary
from binome.understanding.facts import MessageReadCloser
from binome.understanding.models import CloserLook
from binome.understanding.running import apart, run_stages, versions_of_stages
from binome.understanding.unsure import Doubt
from binome.workspaces import language_models
from binome.workspaces.language_models import BudgetSpent, NoModel
from binome.workspaces.models import Workspace

AT_ONCE = labelling.AT_ONCE
"""Messages that are asked about together."""

EARLIER, TURNS, OWN = 300, 2, 1_200
"""Letters of each earlier turn, how many of these, and letters of the message, that a model is given."""

AT_MOST = 0.95
"""How sure an answer is taken to be at most: a model's word for itself is no measured probability."""

_OF = CloserLook.Of


def read_pictures() -> int:
    """Open the pictures of one message that waits for it; how many messages were."""
    _give_up(_OF.PICTURES)
    claimed = closer.claim(_OF.PICTURES, 1)
    for look in claimed:
        _keep(look, _seen(look))
    return len(claimed)


def ask_about_doubts() -> int:
    """Ask the language model of one workspace about messages that wait for it; how many messages were."""
    _give_up(_OF.DOUBTS)
    claimed = closer.claim(_OF.DOUBTS, AT_ONCE)
    if not claimed:
        return 0
    said = {one.message: one for one in threads.said([look.message_id for look in claimed])}
    texts = [said[look.message_id] for look in claimed]
    readings, reader = services.read_again(texts), _Model(claimed[0].workspace, texts)
    for look, before, after in zip(claimed, readings, unsure.ask(readings, reader), strict=True):
        _keep(look, _new(before, after), reader.failure if look.message_id in reader.unanswered else "")
    return len(claimed)


class _Model:
    """The workspace's language model as a `Reader`. *failure*: why some of the messages have no answer (*unanswered*)."""

    def __init__(self, workspace: Workspace, said: Sequence[Said]) -> None:
        self._workspace, self._said = workspace, said
        model = language_models.of(workspace)
        self.version = f"{model.provider}:{model.name}"[:60] if model else ""
        self.failure, self.unanswered = "" if model else NoModel.__name__, set[int]()
        members = {one.pk: one.member for one in _with_members([one.message for one in said])}
        self._names = [private.names_of(members.get(one.message)) for one in said]

    def affordable(self, doubts: int) -> int:
        """All of them: each question is refused by itself when the month's budget is spent."""
        return doubts

    def read(self, doubts: Sequence[Doubt]) -> list[Annotation | None]:
        answers: list[Annotation | None] = [None] * len(doubts)
        for stage in dict.fromkeys(doubt.stage for doubt in doubts):
            places = [place for place, doubt in enumerate(doubts) if doubt.stage == stage]
            for place, answer in zip(places, self._asked([doubts[place] for place in places]), strict=True):
                answers[place] = answer
        return answers

    def _asked(self, doubts: Sequence[Doubt]) -> list[Annotation | None]:
        stage, labels, texts = doubts[0].stage, doubts[0].labels, [_shown(doubt.reading) for doubt in doubts]
        try:
            if not language_models.reading_in({self._workspace.pk}):  # turned off since it was wanted
                raise NoModel(NoModel.__doc__)
            given = language_models.label_at_once(
                self._workspace, texts, _question(stage), labels,
                personal=private.personal_in(texts), words=[self._names[doubt.at] for doubt in doubts],
            )  # fmt: skip
        except (ModelFailed, BudgetSpent, NoModel) as failure:
            self.failure = type(failure).__name__
            given = [None] * len(doubts)
        for doubt, answer in zip(doubts, given, strict=True):
            if answer is None:
                self.failure = self.failure or "Nonsense"
                self.unanswered.add(self._said[doubt.at].message)
        return [_answer(one) for one in given]


def _answer(given: Labelled | None) -> Annotation | None:
    return Annotation(given.label, round(min(given.sure, AT_MOST), 3)) if given else None


def _shown(reading: Reading) -> str:
    """A message as a model is given it: what was said just before, then its own words, those of the place put plainly."""
    before = [f"(earlier) {text[-EARLIER:]}" for text in reading.thread[-TURNS:]]
    return "\n".join([*before, f"(the message) {reading.plain[:OWN]}"])


def _question(stage: str) -> str:
    words = vocabulary.STAGES[stage]
    with override("en"):
        told = ", ".join(f"{label} = {word.name}" for label, word in words.labels.items())
        return f"{words.question} Judge the part after “(the message)”; what is earlier only explains it. ({told})"


def _with_members(messages: Sequence[int]) -> list[Message]:
    return list(Message.objects.filter(pk__in=messages).select_related("member"))


def _seen(look: CloserLook) -> dict[str, list[Any]]:
    shown = pictures.of_message(look.message_id)
    reading = Reading("", pictures=shown, known_pictures=pictures.known_in(look.workspace_id))
    names = apart()
    [read] = run_stages([reading], only=names) if names and shown else [reading]
    return _told({stage: said for stage, said in read.annotations.items() if stage in names})


def _new(before: Reading, after: Reading) -> dict[str, list[Any]]:
    """What the model said: what it was not asked of stays out."""
    return _told({stage: said for stage, said in after.annotations.items() if said is not before.annotations[stage]})


def _told(annotations: Mapping[str, Annotation]) -> dict[str, list[Any]]:
    versions = versions_of_stages()
    return {
        stage: [said.label, said.confidence, said.evidence.get("asked", versions[stage]), dict(said.evidence)]
        for stage, said in annotations.items()
    }


@transaction.atomic
def _keep(look: CloserLook, said: Mapping[str, list[Any]], failure: str = "") -> None:
    keeping.locked([look.message_id])  # before its look, as everywhere
    if closer.settle(look, said, failure):
        _read_again(look)


@transaction.atomic
def _give_up(of: str) -> None:
    """Whoever was looking at these has died; of a picture that may have killed them, it is said that nobody read it."""
    for look in closer.abandoned(of):
        _keep(look, _unread(look) if of == _OF.PICTURES else {}, "interrupted")


def _unread(look: CloserLook) -> dict[str, list[Any]]:
    found = [{"key": one.key, "label": "unread", "confidence": 1.0} for one in pictures.of_message(look.message_id)]
    version = versions_of_stages().get(pictures.STAGE, "")
    return {pictures.STAGE: ["unread", 1.0, version, {"pictures": found}]} if found else {}


def _read_again(look: CloserLook) -> None:
    read = services.annotate([look.message_id])
    facts = [MessageReadCloser(one.said.message, one.said.conversation, look.of) for one in read]
    journal.record_each([(fact, look.workspace_id, "ai") for fact in facts])
