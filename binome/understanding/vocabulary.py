"""What the stages say, in people's words: their questions, their labels, which of them matter and how they look.

A label without a *kind* is of no consequence ("literal", "neutral"): it is kept, never shown nor looked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

SHOWN_FROM: Mapping[str, float] = {
    "distress": 0.75, "toxicity": 0.8, "hate": 0.7, "irony": 0.74, "conflict": 0.93, "urgency": 0.75, "emotion": 0.6,
    "image": 0.0,
}  # fmt: skip
"""Readings less sure than this (0.5 for the other stages) are kept, and shown nowhere by themselves: a letter of mourning
must not be called abusive on a guess."""

SURE, FAIRLY = 0.9, 0.7
UNKNOWN = "unknown"
"""What is said of a topic that is none of those known."""


@dataclass(frozen=True)
class Word:
    """A label: its name, what it is looked for by (two labels of one kind are shown once), its tone, whether it is a mark."""

    name: StrOrPromise
    kind: str = ""
    tone: str = ""
    marked: bool = True


@dataclass(frozen=True)
class Words:
    """A stage: its name, what it answers, and its labels. People may correct it if it is *taught*."""

    title: StrOrPromise
    question: StrOrPromise
    labels: Mapping[str, Word]
    taught: bool = True


_LEGAL, _PRESS = Word(_("legal matter"), "legal", "alarm"), Word(_("press"), "press", "alarm")
_MINOR, _HEALTH = Word(_("a minor, perhaps"), "minor", "alarm"), Word(_("health"), "health", "alarm")
_MONEY = Word(_("money asked for or promised"), "money", "warn")
_DISTRESS = Word(_("distress"), "distress", "alarm")
_ANGER = Word(_("anger"), "anger", "warn")
_INSULT = Word(_("insult"), "toxicity", "warn")
_COMPLAINT = Word(_("complaint"), "complaint")
_IRONY = Word(_("probable irony"), "irony", "warn")
_CONFLICT = Word(_("the tone is rising"), "conflict", "warn")
_SUSPICIOUS = Word(_("suspicious message"), "suspicious", "warn")

STAGES: Mapping[str, Words] = {
    "image": Words(
        _("Pictures"),
        _("What do its pictures show?"),
        {
            "known": Word(_("known picture"), "known_picture", "alarm"),
            "nude": Word(_("nudity, perhaps"), "nudity", "alarm"),
            "unread": Word(_("picture not read"), "picture_unread", "warn"),
            "ok": Word(_("nothing to warn of")),
        },
        taught=False,
    ),
    "distress": Words(
        _("Distress"), _("Does the writer suffer?"), {"distress": _DISTRESS, "none": Word(_("no distress"))}
    ),
    "legal": Words(
        _("What engages you"),
        _("Is it about law, the press, a minor, health or money?"),
        {
            "action": _LEGAL,
            "authority": Word(_("an authority"), "legal", "alarm"),
            "press": _PRESS,
            "minor": _MINOR,
            "health": _HEALTH,
            "money": _MONEY,
            "none": Word(_("none of these")),
        },
    ),
    "hate": Words(
        _("Hate"),
        _("Does it attack people for what they are?"),
        {"hate": Word(_("hate"), "hate", "alarm"), "ok": Word(_("no hate"))},
    ),
    "toxicity": Words(
        _("Abuse"),
        _("Is it abusive?"),
        {"toxic": Word(_("abusive"), "toxicity", "warn"), "ok": Word(_("not abusive"))},
    ),
    "sensitive": Words(
        _("Words to be careful with"),
        _("Do its words name something that a person must see?"),
        {
            "distress": _DISTRESS,
            "threat": Word(_("threat"), "threat", "alarm"),
            "minor": _MINOR,
            "health": _HEALTH,
            "discrimination": Word(_("discrimination"), "hate", "alarm"),
            "grief": Word(_("grief"), "grief", "alarm"),
            "legal": _LEGAL,
            "press": _PRESS,
            "prompt_injection": Word(_("tries to give the AI orders"), "orders", "warn"),
            "insult": _INSULT,
            "irony_suspected": _IRONY,
            "refund_or_money": _MONEY,
            "complaint": _COMPLAINT,
            "conflict": _CONFLICT,
            "suspicious": _SUSPICIOUS,
            "none": Word(_("none of these")),
        },
    ),
    "urgency": Words(
        _("Urgency"),
        _("Can it wait?"),
        {"urgent": Word(_("urgent"), "urgency", "alarm"), "normal": Word(_("can wait"))},
    ),
    "irony": Words(
        _("Irony"), _("Does it mean the contrary of what it says?"), {"ironic": _IRONY, "literal": Word(_("literal"))}
    ),
    "conflict": Words(
        _("Conflict"),
        _("Is the conversation about to derail?"),
        {"derailing": _CONFLICT, "calm": Word(pgettext_lazy("a conversation", "calm"))},
    ),
    "emotion": Words(
        _("Emotion"),
        _("Which emotion does it show?"),
        {
            "anger": _ANGER,
            "sadness": Word(_("sadness"), "sadness", "warn"),
            "fear": Word(_("fear"), "fear", "warn"),
            "disgust": Word(_("disgust"), "disgust", "warn"),
            "joy": Word(_("joy"), "joy", marked=False),
            "surprise": Word(_("surprise"), "surprise", marked=False),
            "none": Word(_("no emotion")),
        },
    ),
    "sentiment": Words(
        _("Sentiment"),
        _("How does it feel about what it speaks of?"),
        {
            "negative": Word(_("negative"), "negative", marked=False),
            "positive": Word(_("positive"), "positive", marked=False),
            "neutral": Word(_("neutral")),
        },
    ),
    "intent": Words(
        _("What it does"),
        _("What does it do?"),
        {
            "complaint": _COMPLAINT,
            "bug": Word(_("report of a bug"), "bug"),
            "idea": Word(_("idea"), "idea"),
            "order": Word(_("trouble with an order"), "order"),
            "thanks": Word(_("thanks"), "thanks", marked=False),
            "praise": Word(_("praise"), "praise", marked=False),
            "insult": _INSULT,
            "news": Word(_("news shared"), "news", marked=False),
            "question": Word(_("question")),
            "request": Word(_("request")),
            "greeting": Word(_("greeting")),
            "goodbye": Word(_("goodbye")),
            "other": Word(_("something else")),
        },
    ),
    "topic": Words(_("Topic"), _("What is it about, among what you know?"), {UNKNOWN: Word(_("none of your topics"))}),
    "person_wanted": Words(
        _("Somebody wanted"),
        _("Does the writer want a person?"),
        {
            "yes": Word(_("asks for a person"), "person", "warn"),
            "asks_if_machine": Word(_("asks whether this is a machine"), "machine", marked=False),
            "no": Word(_("asks for nobody")),
        },
    ),
    "spam": Words(
        _("Spam"), _("Does it sell or lure where it was not asked to?"),
        {"spam": Word(_("spam"), "spam", "warn"), "ok": Word(_("no spam"))},
    ),
    "links": Words(
        _("Links"), _("Where do its links lead?"),
        {
            "suspicious": Word(_("suspicious link"), "link", "warn"),
            "shortener": Word(_("shortened link"), "shortener"),
            "link": Word(_("an ordinary link")),
            "none": Word(_("no link")),
        },
        taught=False,
    ),
    "duplicates": Words(
        _("Copies"), _("Is it a copy of others?"),
        {
            "flood": Word(_("flood"), "flood", "warn"),
            "raid": Word(_("raid"), "raid", "alarm"),
            "copy": Word(_("copy"), "copy"),
            "near": Word(_("nearly a copy"), "copy"),
            "unique": Word(_("said once")),
        },
        taught=False,
    ),
    "personal_data": Words(
        _("Personal data"), _("Does it hold personal data?"),
        {"present": Word(_("personal data"), "personal", ""), "none": Word(_("no personal data"))},
        taught=False,
    ),
    "question": Words(
        _("Question"), _("Does it ask something?"),
        {
            "question": Word(_("question")), "request": Word(_("request")),
            "closing": Word(_("thanks or goodbye")), "no": Word(_("asks nothing")),
        },
    ),
    "commitment": Words(
        _("Promise"), _("Does the team promise something?"),
        {"promise": Word(_("promise"), "promise", marked=False), "none": Word(_("no promise"))},
    ),
    "language": Words(_("Language"), _("In which language is it written?"), {}, taught=False),
    "normal_form": Words(
        _("Disguised words"), _("Are words disguised?"),
        {"rewritten": Word(_("disguised words")), "plain": Word(_("plain spelling"))},
        taught=False,
    ),
    "lexicon": Words(
        _("Words of this place"), _("Does it use words of your own?"),
        {"present": Word(_("words of this place"), "lexicon")},
        taught=False,
    ),
}  # fmt: skip
"""By stage, what harms if it waits first: the order of the marks."""

LANGUAGES: Mapping[str, StrOrPromise] = {
    "fr": _("French"), "en": _("English"), "es": _("Spanish"), "de": _("German"), "it": _("Italian"),
    "pt": _("Portuguese"), "nl": _("Dutch"), "ar": _("Arabic"), "ru": _("Russian"), "uk": _("Ukrainian"),
    "zh": _("Chinese"), "ja": _("Japanese"), "tr": _("Turkish"), "pl": _("Polish"), "ro": _("Romanian"),
}  # fmt: skip

_OPEN = {"topic", "language"}
"""Stages whose labels are an open list."""


@lru_cache(maxsize=4_096)
def word(stage: str, label: str) -> Word:
    """A label in words; one that nobody described is shown as it is, and looked for by its stage and itself."""
    known = STAGES[stage].labels.get(label) if stage in STAGES else None
    if known:
        return known
    return Word(LANGUAGES.get(label, label) if stage == "language" else label, f"{stage}:{label}"[:120])


def kind_of(stage: str, label: str, confidence: float, here: str = "") -> str:
    """What this reading is looked for by; "" when it is of no consequence, or too unsure. *here*: the language of the place."""
    if confidence < SHOWN_FROM.get(stage, 0.5) or (stage == "language" and label == here):
        return ""
    return word(stage, label).kind


@cache
def warning_kinds() -> tuple[str, ...]:
    """What is told in a list, before anything is opened: the kinds that warn, what harms if it waits first."""
    words = [
        word for stage in STAGES.values() for word in stage.labels.values() if word.kind and word.marked and word.tone
    ]
    return tuple(dict.fromkeys(word.kind for word in sorted(words, key=lambda word: word.tone != "alarm")))


def labels(stage: str) -> list[str]:
    """What a stage may say, as far as it is a closed list."""
    return [] if stage in _OPEN else list(STAGES[stage].labels) if stage in STAGES else []


def title(stage: str) -> str:
    return str(STAGES[stage].title) if stage in STAGES else stage


def sureness(confidence: float) -> str:
    """A confidence in words."""
    if confidence >= SURE:
        return str(pgettext_lazy("confidence", "sure"))
    return str(
        pgettext_lazy("confidence", "fairly sure") if confidence >= FAIRLY else pgettext_lazy("confidence", "unsure")
    )
