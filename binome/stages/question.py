"""Does a message ask something, and what: the sentences that ask are kept so that each can be answered.

A question needs no question mark ("c koi vos horaires", "je voulais savoir si…"), and a question mark makes
no question of a greeting ("ça va ?"). Rules find what is asked; the network has a say where they are not firm.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, Self

from binome.sdk.insight import Insight, insights_of
from binome.sdk.masking import covered
from binome.sdk.phrases import Found, Phrases, uncovered, words
from binome.sdk.stage import Annotation, Reading

READ = 10_000
"""Characters that are looked at."""

MOST, LONGEST = 3, 500
"""Questions kept of one message, and the characters kept of each."""

FIRM = 0.75
"""From here on a sentence asks by itself; below, it may only tell what the asking is about."""

ASKS = 0.75
"""From this chance on the network finds a question where the rules found none."""

TELLS = 0.2
"""Below this chance it finds none where the rules did, in a message of more than FEW words and without a question mark."""

OVER = 0.75
"""From this chance on that a message thanks or praises, the trouble that it tells of is over."""

FEW = 4
"""Words of a message that may ask by naming a thing ("parking vélo"): there the rules know better."""

_ENDS = re.compile(r"(?<=[.!?…？])\s+|\n+")
_DEVICE = r"(?:my |mon |ma |l['’]application )?(?:phone|mobile|smartphone|tablette|portable|téléphone|iP\w+|[A-Z]\w*)"
_QUOTED = re.compile(
    r"^ ?>.*$|^(?:Le|On) .{5,80}(?:a écrit|wrote)\s?:\s*$"
    rf"|^(?:Sent (?:from|via)|Envoyé (?:de|depuis|à partir de|via)|Get) {_DEVICE}(?: (?:for|pour|[A-Z]\w*|i[OP]\w+|\d+\S*))*\.?$",
    re.MULTILINE,
)
"""What the writer did not say: an earlier message, the line that tells of it, and the one that a telephone adds."""
_BLANKS = re.compile(r" [^\S\n]+|[^\S\n ][^\S\n]*")  # but for one space, which stays as it is
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_NEW_SUBJECT = re.compile(r"(?:^| )(?:et )?(?:sinon|aussi|au fait|et puis|also|by the way|btw)[ ,]+", re.IGNORECASE)

_NAMED = re.compile(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Ý][a-zà-ÿ'-]+(?: [A-ZÀ-Ý][a-zà-ÿ'-]+)?(?=[\s!.,]*$)")
"""Whom one thanks, at the end: "merci Julie"."""

_PARTS = re.compile(r"[,;:()–—-]+\s*")

_LISTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_PHRASES = Phrases(
    (name, _LISTS[name])
    for name in ("asks", "inverts", "requests", "orders", "begins", "opens", "trouble", "greets", "closes", "exclaims")
)
_BEGIN = frozenset({"inverts", "orders", "begins"})
_DIRECT = frozenset({"asks", "inverts", "begins", "opens"})
_ASK_NOTHING = frozenset({"greets", "closes", "exclaims"})
_INDIRECT, _THANKS, _BESIDE_THANKS, _OPENING = (
    frozenset(_LISTS[name]) for name in ("indirect", "thanks", "beside_thanks", "opening")
)


class _Said(NamedTuple):
    """A sentence: how sure it is that it asks (0 when it does not), whether it is a question or a request, and whether the
    network has no say, which was told nothing of question marks, requests and troubles."""

    text: str
    sure: float
    label: str
    firm: bool

    def followed_by(self, other: Self) -> Self:
        return self._replace(text=f"{self.text} {other.text}", firm=self.firm or other.firm)


class Question:
    """question | request | closing (thanks, goodbye) | no. evidence["questions"]: what is asked, at most three.

    What personal_data found is covered in them.
    """

    name, version, cost = "question", "5", "LOCAL"
    needs = ("personal_data",)

    def read(self, readings: Sequence[Reading]) -> list[Annotation]:
        return [_read(*each) for each in zip(readings, insights_of(readings), strict=True)]


def _read(reading: Reading, insight: Insight) -> Annotation:
    text, chance = _without_personal_data(reading), insight.chances["asks"]["question"]
    sentences = list(_sentences(text))
    said = [_asks(sentence) for sentence in sentences]
    asked = _asked(said) or _troubled(said, insight)
    if not asked:
        return _asked_otherwise(sentences, chance) or _nothing_asked(text)
    firm = "?" in text or any(one.firm for one in asked)
    if chance < TELLS and len(text.split()) > FEW and not firm:
        return _nothing_asked(text)
    surest = max(asked, key=lambda one: one.sure)
    kept = sorted(sorted(range(len(asked)), key=lambda place: -asked[place].sure)[:MOST])
    questions = [asked[place].text[:LONGEST] for place in kept]
    return Annotation(surest.label, surest.sure, {"questions": questions, "asked": len(asked)})


def _asked_otherwise(sentences: Sequence[str], chance: float) -> Annotation | None:
    """What the network alone takes for a question: all that is said, greetings, thanks and exclamations left out."""
    said = [one for one in sentences if not _beside(one) and not _exclaims(one)]
    if chance < ASKS or not said:
        return None
    return Annotation("question", round(chance, 3), {"questions": [" ".join(said)[:LONGEST]], "asked": 1})


def _beside(sentence: str) -> bool:
    """Whether this is but a greeting, thanks or a goodbye."""
    return _THANKS.union(_BESIDE_THANKS).issuperset(words(sentence).split())


def _exclaims(sentence: str) -> bool:
    """Whether this begins like a question and is none ("quelle belle fête")."""
    found = _PHRASES.find(sentence, limit=2_000)
    return any(one.name == "exclaims" and one.start == 0 for one in found) and not _is_marked(sentence)


def _is_marked(sentence: str) -> bool:
    return sentence.rstrip(" \"»)'").endswith(("?", "？", "؟"))


def _nothing_asked(text: str) -> Annotation:
    said = words(_NAMED.sub("", text)).split()
    if _THANKS.intersection(said) and _THANKS.union(_BESIDE_THANKS).issuperset(said):
        return Annotation("closing", 0.95)
    return Annotation("no", 0.9 if len(text) < 300 else 0.8)


def _without_personal_data(reading: Reading) -> str:
    """The beginning of the text; what another stage found personal becomes an ellipsis."""
    found = reading.annotations["personal_data"].evidence.get("found", ()) if reading.annotations else ()
    text = covered(reading.text, [(one["start"], one["end"], "***") for one in found])
    return _QUOTED.sub("", _BLANKS.sub(" ", _UNPRINTABLE.sub(" ", text[:READ])))


def _sentences(text: str) -> Iterator[str]:
    for sentence in _ENDS.split(text):
        for part in _NEW_SUBJECT.split(sentence):
            if (stripped := part.strip(" \t\n-–—•*,;:")) and any(map(str.isalnum, stripped)):
                yield stripped


def _asked(said: Sequence[_Said]) -> list[_Said]:
    """What is asked, with what it needs to be understood: "My card is blocked. What can I do?" is one question."""
    asked: list[_Said] = []
    context = ""
    for one in said:
        if not one.sure:
            context = ""
        elif asked and (one.sure < FIRM or len(one.text.split()) < 5):
            asked[-1] = asked[-1].followed_by(one)
        elif one.sure < FIRM:
            context = f"{context} {one.text}".strip()
        else:
            asked.append(one._replace(text=f"{context} {one.text}".strip()))
            context = ""
    return asked


def _troubled(said: Sequence[_Said], insight: Insight) -> list[_Said]:
    """The troubles that are told where nothing else asks; none if more is said after them and the message is all praise."""
    told = [one.text for one in said if one.sure]
    intents = insight.chances["intent"]
    if not told or (not said[-1].sure and intents["thanks"] + intents["praise"] >= OVER):
        return []
    return [_Said(" ".join(told), 0.7, "request", True)]


def _asks(sentence: str) -> _Said:
    """What a sentence asks by itself."""
    said = words(sentence, limit=2_000)
    found = list(_PHRASES.find(sentence, limit=2_000))
    marked = _is_marked(sentence)
    barred = [one for one in found if one.name in {"greets", "closes"} or (one.name == "exclaims" and not marked)]
    cues = uncovered((one for one in found if one.name not in _ASK_NOTHING), barred)
    if marked:
        return _Said(sentence, 0.98 if cues else 0.0 if barred or not said else 0.9, "question", True)
    weighed = [(_weight(one, said), one) for one in cues if _stands_first(one, said, sentence)]
    if not weighed:
        return _Said(sentence, 0.0, "no", False)
    sure, first = max(weighed, key=itemgetter(0))
    direct = first.name in _DIRECT or not _INDIRECT.isdisjoint(first.words.split())
    firm = not direct or any(weight and one.name == "trouble" for weight, one in weighed)
    return _Said(sentence, sure, "question" if direct else "request", firm)


def _stands_first(cue: Found, said: str, sentence: str) -> bool:
    """Whether nothing stands before this, in its part of the sentence, that it would be said of, where that matters."""
    if cue.name not in _BEGIN or not cue.start or said[: cue.start].rsplit(None, 1)[-1] in _OPENING:
        return True
    begins = " ".join(said[cue.start : cue.end].split()[:2])
    return any(words(part).startswith(begins) for part in _PARTS.split(sentence[:2_000])[1:])


def _weight(cue: Found, said: str) -> float:
    """What a cue is worth without a question mark, where it stands in what is said."""
    early, length = cue.start <= 16, said.count(" ")
    match cue.name:
        case "asks" | "inverts" | "requests" | "orders":
            return 0.92 if early else 0.8 if length <= 30 else 0.0
        case "begins" | "opens":
            return 0.85 if early and length <= 16 else 0.0
        case _:
            return 0.7 if length <= 16 else 0.0


STAGE = Question()
