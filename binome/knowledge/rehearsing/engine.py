"""The past run again: cases in, decisions out, each made from what was known before it.

The cases of a batch are guessed together before the first of them comes out, so what people did with a case can only
weigh on later ones. A lane's evidence moves after every single case.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from binome.autonomy.guarantee import Promise
from binome.kit.encoder import encode as encode_sentences
from binome.knowledge.matching import Entry
from binome.knowledge.matching.entries import Encode
from binome.knowledge.matching.language import language_of
from binome.knowledge.rehearsing.confidence import Confidence
from binome.knowledge.rehearsing.history import PastCase, core_of
from binome.knowledge.rehearsing.lane import RehearsedLane
from binome.knowledge.rehearsing.learner import Guess, Learner, Reader
from binome.knowledge.rehearsing.memory import Vectors

LEAST_BATCH, MOST_BATCH, _PART = 10, 100, 50
_RARE = 0.05


@dataclass(frozen=True, slots=True)
class Rules:
    """What is tried on the past: the promise of each lane, and the share of the acts done alone that people look at.

    *audits* is 1 where the past says what people did with every case; less shows what would have been known in reality.
    """

    promise: Promise
    audits: float = 1.0
    seed: int = 0
    learns: bool = True
    """Whether wordings, answers and confidence are learnt from the past as it comes out; else the entries answer as they stand."""
    enough: int = 0
    """Verdicts from which a topic has a lane of its own, where the topics of answers are known."""


@dataclass(frozen=True, slots=True)
class Item:
    """One case: what the AI would have done and why. *given*: its answer (None: nothing known). *wrong*: not what people did.
    *lane*: that of the act; *topic*: of the answer. *signs*: what the confidence was read from."""

    case: PastCase
    lane: str
    given: str | None
    confidence: float
    alone: bool
    reason: str
    wrong: bool
    signs: tuple[float, ...] = ()
    topic: str = ""

    @property
    def own_lane(self) -> str:
        """The lane of its topic, grown or not."""
        return _named(self.lane, self.topic)


class Lanes(dict[str, RehearsedLane]):
    """By name: those of acts, and those of the topics in them, grown or not."""

    def __init__(self, rules: Rules) -> None:
        super().__init__()
        self._rules = rules

    def of(self, act: str, topic: str) -> RehearsedLane:
        """The lane in which cases of a topic are counted."""
        whole = self.setdefault(act, RehearsedLane(self._rules.promise))
        if not topic:
            return whole
        return self.setdefault(_named(act, topic), RehearsedLane(self._rules.promise, whole, self._rules.enough))

    def name_of(self, item: Item) -> str:
        """The lane that an item is in now: that of its topic once it has grown."""
        own = item.own_lane
        return own if own in self and self[own].grown else item.lane


@dataclass
class Rehearsal:
    """A rehearsal under way; `run` may be called again with the cases that follow. *topics*: of answers, by their ids."""

    rules: Rules
    entries: Sequence[Entry] = ()
    encode: Encode = encode_sentences
    topics: Mapping[str, str] = field(default_factory=dict)
    cases: int = 0

    def __post_init__(self) -> None:
        self.lanes = Lanes(self.rules)
        self._learner = (Learner if self.rules.learns else Reader)(self.entries, self.encode)
        self._confidence = Confidence()
        self._said: dict[str, str] = {}
        self._random = Random(self.rules.seed)  # noqa: S311 (draws audits that are played, not real ones)
        self._languages: Counter[str] = Counter(entry.language for entry in self.entries if entry.language)

    def run(self, cases: Iterable[PastCase]) -> Iterator[Item]:
        """Each case decided, then revealed, in order."""
        for batch in self._batches(cases):
            yield from self._batch(batch)

    def catch_up(self, cases: Iterable[PastCase], guesses: Sequence[Guess]) -> Iterator[Item]:
        """The same for cases that were guessed in an earlier run, without guessing them again.

        Called with the same cases as `run` was then, it leaves the rehearsal in the same state.
        """
        known = iter(guesses)
        for batch in self._batches(cases):
            yield from self._batch(batch, [next(known) for _case in batch])

    def said_for(self, answer: str | None) -> str | None:
        """How people put an answer that has no id but its words; the id of any other; None for none."""
        return None if answer is None else self._said.get(answer, answer)

    def _batches(self, cases: Iterable[PastCase]) -> Iterator[list[PastCase]]:
        batch: list[PastCase] = []
        for case in cases:
            batch.append(case)
            if len(batch) >= min(max(LEAST_BATCH, self.cases // _PART), MOST_BATCH):
                yield batch
                batch = []
        if batch:
            yield batch

    def _batch(self, cases: Sequence[PastCase], known: Sequence[Guess] = ()) -> list[Item]:
        texts = [case.text for case in cases]
        vectors = self.encode(texts)
        guesses = known or self._learner.guess(texts, vectors)
        sure = [self._sure(guess) for guess in guesses]
        items, seen = [], []
        for place, (case, guess, confidence) in enumerate(zip(cases, guesses, sure, strict=True)):
            item, looked_at = self._decide(case, guess, confidence)
            items.append(item)
            if looked_at:
                seen.append(place)
        self._learn(cases, vectors, guesses, items, seen)
        self.cases += len(cases)
        return items

    def _sure(self, guess: Guess) -> float:
        if self.rules.learns:
            return self._confidence.of(guess.signs)
        return float(guess.signs[0]) if len(guess.signs) else 0.0

    def _decide(self, case: PastCase, guess: Guess, confidence: float) -> tuple[Item, bool]:
        """What would have been done, and whether what people did with it comes out.

        Once a lane is open, one coin for every case says whether it is evidence, so that what was done alone and what
        was not weigh alike. What a veto keeps from the lane is no evidence for it.
        """
        name = case.lane or f"answer · {self._language_of(case.text)}"
        topic = self.topics.get(guess.answer or "", "")
        lane = self.lanes.of(name, topic)
        reason = _reason(case, guess.answer, confidence, lane)
        if case.said and case.answer and case.answer == core_of(case.said):
            self._said.setdefault(case.answer, case.said)
        alone, wrong = reason == "alone", guess.answer is None or guess.answer != case.answer
        coin = self._random.random() < self.rules.audits
        lane.count(alone, wrong)
        if not case.veto and guess.answer is not None and (coin or not lane.open):
            lane.judged(case.id, confidence, wrong, alone)
        signs = tuple(guess.signs.tolist())
        return Item(case, name, guess.answer, confidence, alone, reason, wrong, signs, topic), coin or not alone

    def _learn(
        self,
        cases: Sequence[PastCase],
        vectors: Vectors,
        guesses: Sequence[Guess],
        items: Sequence[Item],
        seen: Sequence[int],
    ) -> None:
        """What people did with the cases that were looked at."""
        for place in seen:
            self._learner.was(guesses[place], not items[place].wrong)
            self._confidence.learn(guesses[place].signs, not items[place].wrong)
        shown = [cases[place] for place in seen]
        texts, answers, said = [one.text for one in shown], [one.answer for one in shown], [one.said for one in shown]
        self._learner.learn(texts, vectors[list(seen)], answers, said)

    def _language_of(self, text: str) -> str:
        """The text's language among those that are common here; the commonest for what looks like a rare one."""
        found = language_of(text, max(self._languages, key=lambda one: self._languages[one], default="en"))
        self._languages[found] += 1
        if self._languages[found] >= max(_RARE * sum(self._languages.values()), 1):
            return found
        return max(self._languages, key=lambda one: self._languages[one])


def again(items: Iterable[Item], promise: Promise, enough: int = 0) -> tuple[list[Item], Lanes]:
    """The same past under another promise, without guessing again: for rehearsals in which every case came out."""
    lanes = Lanes(Rules(promise, enough=enough))
    decided = []
    for item in items:
        lane = lanes.of(item.lane, item.topic)
        reason = _reason(item.case, item.given, item.confidence, lane)
        lane.count(reason == "alone", item.wrong)
        if not item.case.veto and item.given is not None:
            lane.judged(item.case.id, item.confidence, item.wrong, reason == "alone")
        decided.append(replace(item, alone=reason == "alone", reason=reason))
    return decided, lanes


def _named(act: str, topic: str) -> str:
    return f"{act} · {topic}" if topic else act


def _reason(case: PastCase, given: str | None, confidence: float, lane: RehearsedLane) -> str:
    """Why it is done alone, or left to people: the first that applies."""
    if case.veto:
        return case.veto
    if given is None:
        return "no_answer"
    if not lane.open:
        return "lane_shut"
    return "alone" if lane.allows(confidence) else "unsure"
