"""Public sets whose licence lets what is trained on them be shipped, with their labels in our words.

Labels that others gave are noisy: each mapping says how far it is trusted.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.loading import rows
from training.understanding.examples import Example

POSITIVE = {
    "admiration",
    "amusement",
    "approval",
    "caring",
    "excitement",
    "gratitude",
    "joy",
    "love",
    "optimism",
    "pride",
    "relief",
}
NEGATIVE = {
    "anger",
    "annoyance",
    "disappointment",
    "disapproval",
    "disgust",
    "embarrassment",
    "fear",
    "grief",
    "nervousness",
    "remorse",
    "sadness",
}
EMOTIONS = {
    "anger": {"anger", "annoyance"},
    "disgust": {"disgust"},
    "fear": {"fear", "nervousness"},
    "joy": POSITIVE - {"approval", "caring"},
    "sadness": {"sadness", "disappointment", "grief", "remorse"},
    "surprise": {"surprise"},
}
GROUPS = {
    "african_descent": "origin",
    "arabs": "origin",
    "asians": "origin",
    "hispanics": "origin",
    "immigrants": "origin",
    "refugees": "origin",
    "indian/hindu": "origin",
    "muslims": "religion",
    "jews": "religion",
    "christian": "religion",
    "women": "gender",
    "gay": "orientation",
    "special_needs": "disability",
    "left_wing_people": "other",
}
_ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})")
_CRUDE = re.compile(
    r"\b(?:fuck|shit|bitch|cunt|asshole|idiot|moron|stupid|dumb|faggot|retard|whore|slut|dick|nigg|scum|pathetic|loser"
    r"|kill|hate|trash|crap|suck|ugly)",
    re.IGNORECASE,
)


def public(data: Path) -> Iterator[Example]:
    """Every example of the open sets in this folder."""
    yield from emotions(data)
    yield from subtitles(data)
    yield from reviews(data)
    yield from aspects(data)
    yield from crises(data)
    yield from hatred(data)
    yield from toxic_comments(data)
    yield from sarcasm(data)
    yield from video_spam(data)
    yield from questions(data)


def emotions(data: Path) -> Iterator[Example]:
    """GoEmotions: comments of a forum."""
    for part in ("train", "dev"):
        source = f"en_emotion_goemotions_{part}"
        for row in rows(source, data):
            said = set(row["labels"])
            labels, trust = _feelings(said)
            if said <= POSITIVE | {"neutral", "curiosity", "realization"} and not _CRUDE.search(row["text"]):
                labels |= {"toxicity": "ok", "hate": "ok"}
                trust |= {"toxicity": 0.5, "hate": 0.3}
            if said & {"anger", "annoyance", "disgust"} and not said & POSITIVE:
                labels |= {"hate": "ok"} if not _CRUDE.search(row["text"]) else {}
                trust |= {"hate": 0.2}
            if "curiosity" in said and row["text"].rstrip().endswith("?"):
                labels |= {"asks": "question"}
            yield Example(
                row["text"].replace("[NAME]", "Sam").replace("[RELIGION]", "religious"),
                "en",
                source,
                labels,
                trust=trust,
            )


def _feelings(said: set[str]) -> tuple[dict[str, Any], dict[str, float]]:
    labels: dict[str, Any] = {}
    trust: dict[str, float] = {}
    good, bad = bool(said & POSITIVE), bool(said & NEGATIVE)
    if good != bad:
        labels["sentiment"] = "positive" if good else "negative"
        trust["sentiment"] = 0.6 if said <= {"approval", "caring", "disapproval", "remorse"} else 1.0
    elif not good and not said & {"desire", "surprise"}:
        labels["sentiment"] = "neutral"
    felt = [name for name, kinds in EMOTIONS.items() if said & kinds]
    if len(felt) == 1:
        labels["emotion"] = felt[0]
    elif not felt and said == {"neutral"}:
        labels["emotion"] = "none"
        trust["emotion"] = 0.5
    return labels, trust


def subtitles(data: Path) -> Iterator[Example]:
    """XED: subtitles in French, by Plutchik's eight emotions."""
    source = "fr_emotion_xed"
    for row in rows(source, data):
        said = set(row["labels"])
        felt = said & {"anger", "sadness", "fear", "joy", "surprise", "disgust"}
        labels: dict[str, Any] = {"emotion": next(iter(felt))} if len(felt) == 1 else {}
        good, bad = bool(said & {"joy", "trust"}), bool(said & {"anger", "sadness", "fear", "disgust"})
        if good != bad:
            labels["sentiment"] = "positive" if good else "negative"
        elif said == {"anticipation"}:
            labels["sentiment"] = "neutral"
        yield Example(row["text"], "fr", source, labels, trust={"sentiment": 0.15, "emotion": 0.6})


def reviews(data: Path) -> Iterator[Example]:
    """Reviews of applications, with their stars, bug reports and ideas."""
    for language in ("fr", "en"):
        source = f"{language}_feedback_appreviews"
        for row in rows(source, data):
            stars = int(row["stars"])
            labels: dict[str, Any] = {
                "sentiment": "negative" if stars < 3 else "neutral" if stars == 3 else "positive",
                "toxicity": "ok",
                "hate": "ok",
                "spam": "ok",
            }
            if row["problem_report"] and not row["feature_request"]:
                labels["intent"] = "bug"
            elif row["feature_request"] and not row["problem_report"]:
                labels["intent"] = "idea"
            elif stars == 5:
                labels["intent"] = "praise"
            elif stars == 1:
                labels["intent"] = "complaint"
            trust = {"sentiment": 0.2 if stars == 3 else 0.5, "intent": 0.5, "toxicity": 0.3, "hate": 0.3, "spam": 0.2}
            yield Example(row["text"], language, source, labels, trust=trust)


def aspects(data: Path) -> Iterator[Example]:
    """M-ABSA: sentences whose aspects all have one polarity."""
    for language in ("fr", "en"):
        for part in ("train", "dev"):
            source = f"{language}_absa_mabsa_{part}"
            for row in rows(source, data):
                said = {polarity for _what, _kind, polarity in row["triplets"]}
                if len(said) > 1:
                    continue
                label = next(iter(said), "neutral")
                trust = {"sentiment": 0.3 if said else 0.15, "hate": 0.2, "toxicity": 0.2, "spam": 0.1}
                labels = {"sentiment": label, "hate": "ok", "toxicity": "ok"}
                if not re.search(r"@|www|http|contact|whatsapp", row["text"]):
                    labels["spam"] = "ok"
                yield Example(row["text"], language, source, labels, trust=trust)


def crises(data: Path) -> Iterator[Example]:
    """CrisisLexT26: messages around disasters; what media and officials tell has no feeling in it."""
    source = "multi_crisis_t26"
    for row in rows(source, data):
        telling = row["source"] in {"Media", "Government", "NGOs"}
        labels: dict[str, Any] = {}
        if telling and row["type"] in {"Other Useful Information", "Caution and advice", "Donations and volunteering"}:
            labels = {
                "emotion": "none",
                "hate": "ok",
                "toxicity": "ok",
                "distress": "none",
                "spam": "ok",
            }
        elif row["type"] == "Sympathy and support":
            labels = {"hate": "ok", "toxicity": "ok", "spam": "ok"}
        if labels:
            yield Example(
                row["text"],
                "",
                source,
                labels,
                trust={"distress": 0.3, "emotion": 0.3, "hate": 0.3, "toxicity": 0.2, "spam": 0.3},
            )


def hatred(data: Path) -> Iterator[Example]:
    """Davidson, EDOS, HatemojiBuild, MLMA, FTR: the last two with weak agreement, so trusted little."""
    for row in rows("en_hate_davidson", data):
        hate = {"hate": "hate", "offensive": "ok", "neither": "ok"}[row["label"]]
        labels: dict[str, Any] = {"hate": hate, "toxicity": "ok" if row["label"] == "neither" else "toxic"}
        trust = {
            "hate": 0.15 if row["label"] == "offensive" else 0.6,
            "toxicity": 0.35 if row["label"] == "offensive" else 0.8,
        }
        yield Example(row["text"], "en", "en_hate_davidson", labels, trust=trust)
    for row in rows("en_hate_edos_sexism", data):
        if row["label"] == "sexist":
            sure = {"1": 1.0, "2": 1.0, "3": 0.5, "4": 0.5}[row["category"][0]]
            labels = {"hate": "hate", "toxicity": "toxic", "groups": {"gender": True}, "target": "group"}
            yield Example(
                row["text"], "en", "en_hate_edos_sexism", labels, trust={"hate": sure, "toxicity": sure * 0.8}
            )
        else:
            yield Example(row["text"], "en", "en_hate_edos_sexism", {"hate": "ok"}, trust={"hate": 0.2})
    for part in ("train", "validation"):
        source = f"en_hate_hatemojibuild_{part}"
        for row in rows(source, data):
            labels = {"hate": "hate", "toxicity": "toxic"} if row["label"] else {"hate": "ok"}
            yield Example(row["text"], "en", source, labels, trust={"toxicity": 0.8})
    for language in ("fr", "en"):
        yield from _mlma(language, data)
    for row in rows("fr_hate_ftr_racist", data):
        labels = {"hate": "hate", "toxicity": "toxic"} if row["label"] else {"hate": "ok"}
        yield Example(row["text"], "fr", "fr_hate_ftr_racist", labels, trust={"hate": 0.5, "toxicity": 0.4})


def _mlma(language: str, data: Path) -> Iterator[Example]:
    source = f"{language}_hate_mlma"
    for row in rows(source, data):
        said, group = set(row["hostility"]), GROUPS.get(row["group"], "")
        text = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), row["text"])
        labels: dict[str, Any] = {"toxicity": "toxic"}
        trust = {"toxicity": 0.4, "hate": 0.4, "groups": 0.5}
        if said == {"normal"}:
            labels = {"toxicity": "ok", "hate": "ok"}
        elif "hateful" in said and "normal" not in said and group:
            labels |= {"hate": "hate", "groups": {group: True}}
        elif "normal" in said:
            trust["toxicity"] = 0.1
        yield Example(text, language, source, labels, trust=trust)


def toxic_comments(data: Path) -> Iterator[Example]:
    """Toxic Spans: comments of a news site found toxic, and, cut out of long ones, their sentences without any."""
    for part in ("train", "trial"):
        source = f"en_toxic_spans_{part}"
        for row in rows(source, data):
            marked = set(row["char_offsets"])
            if marked:
                yield Example(row["text"], "en", source, {"toxicity": "toxic"})
            yield from _sentences(row["text"], marked, source)


def _sentences(text: str, marked: set[int], source: str) -> Iterator[Example]:
    for found in re.finditer(r"[^.!?\n]{25,}[.!?]?", text):
        sentence, inside = found[0].strip(), marked.intersection(range(*found.span()))
        if inside and len(found[0]) < len(text) - 10:
            yield Example(sentence, "en", source, {"toxicity": "toxic"}, family=text, trust={"toxicity": 0.6})
        elif not inside and not _CRUDE.search(sentence):
            yield Example(sentence, "en", source, {"toxicity": "ok"}, family=text, trust={"toxicity": 0.6})


def sarcasm(data: Path) -> Iterator[Example]:
    """iSarcasm: authors said themselves what they meant."""
    source = "en_sarcasm_isarcasm_train"
    for row in rows(source, data):
        labels = {"irony": "ironic" if row["label"] else "literal", "hate": "ok", "spam": "ok"}
        trust = {"hate": 0.2, "spam": 0.3}
        if not row["text"]:
            continue
        yield Example(row["text"], "en", source, labels, family=row["text"], trust=trust)
        if row["rephrase"]:
            yield Example(row["rephrase"], "en", source, {"irony": "literal"}, family=row["text"], trust={"irony": 0.7})


def video_spam(data: Path) -> Iterator[Example]:
    """Comments under music videos."""
    for row in rows("en_spam_youtube", data):
        label = "spam" if row["label"] else "ok"
        yield Example(row["text"], "en", "en_spam_youtube", {"spam": label}, trust={"spam": 1.0})


def questions(data: Path) -> Iterator[Example]:
    """What people ask assistants and administrations: harmless, and often a question."""
    for source in ("en_intent_banking77", "en_intent_clinc150", "en_intent_hwu64"):
        for row in rows(source, data):
            labels: dict[str, Any] = {
                "hate": "ok",
                "toxicity": "ok",
                "spam": "ok",
                "distress": "none",
                "irony": "literal",
            }
            if row["text"].rstrip().endswith("?"):
                labels |= {"asks": "question", "intent": "question"}
            if source == "en_intent_hwu64":
                labels["sentiment"] = "neutral"
            trust = dict.fromkeys(labels, 0.1) | {"asks": 0.3, "intent": 0.3}
            yield Example(row["text"], "en", source, labels, trust=trust)
    for row in rows("fr_faq_service_public", data):
        labels = {
            "asks": "question",
            "intent": "question",
            "sentiment": "neutral",
            "hate": "ok",
            "toxicity": "ok",
            "legal": "none",
            "distress": "none",
        }
        yield Example(row["question"], "fr", "fr_faq_service_public", labels, trust=dict.fromkeys(labels, 0.3))
