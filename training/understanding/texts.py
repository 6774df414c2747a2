"""Our own texts: half of them, cut by family, are never trained on (but for those of WHOLLY)."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from training.understanding.examples import TASKS, Example

FOLDER = Path(__file__).with_name("texts")

LABELLED: Mapping[str, str] = {
    "irony": "irony",
    "distress": "distress",
    "urgency": "urgency",
    "legal": "legal",
    "spam": "spam",
    "conflict": "conflict",
    "commitment": "commitment",
    "toxicity": "toxicity",
    "toxic_tweets": "toxicity",
    "abuse": "toxicity",
    "quips": "irony",
    "lures": "spam",
    "grief": "distress",
    "claims": "legal",
    "haste": "urgency",
    "rebuttals": "toxicity",
    "defence": "toxicity",
    "bait": "spam",
    "someone": "distress",
    "malice": "toxicity",
    "wit": "irony",
    "pitch": "spam",
    "rights": "legal",
    "burden": "distress",
    "rush": "urgency",
    "mention": "toxicity",
    "plain": "irony",
    "promo": "spam",
    "stakes": "legal",
    "hardship": "distress",
    "alarm": "urgency",
    "stand": "toxicity",
    "forum": "toxicity",
    "bulk": "spam",
    "idiom": "distress",
}
"""The task that the key "label" speaks of, by subject."""

WHOLLY = frozenset(
    {"posts", "abuse", "quips", "lures", "grief", "claims", "haste", "brief", "asking", "daily", "tone", "rebuttals"}
    | {"bait", "chatter", "defence", "someone", "moods", "malice", "wit", "pitch", "rights", "burden", "rush"}
    | {"mention", "lively", "plain", "alarm", "hardship", "stakes", "promo", "debate", "stand", "bulk", "idiom"}
    | {"sober", "forum"}
)
"""Subjects written later, of which nothing is kept for measuring: the kept halves of the others measure them."""

SAME = {"commitment": "promise"}
"""Labels of the texts that have another name here."""

QUIET: Mapping[str, tuple[str, float]] = {
    "irony": ("literal", 0.15),
    "distress": ("none", 0.3),
    "legal": ("none", 0.2),
    "urgency": ("normal", 0.15),
    "spam": ("ok", 0.3),
    "commitment": ("none", 0.3),
    "toxicity": ("ok", 0.3),
    "hate": ("ok", 0.3),
}
"""What a text that was written for another subject most likely is, and how far that is trusted."""


def _subjects(names: str) -> frozenset[str]:
    return frozenset(names.split())


UNLIKE: Mapping[str, frozenset[str]] = {
    "irony": _subjects(
        "acts alarm argot asking bait brief bulk claims commitment distress grief haste legal "
        "lures pitch promo rights rush slang someone spam stakes urgency"
    ),
    "distress": _subjects(
        "acts argot bait brief bulk commitment irony lures pitch plain promo quips slang spam tone wit"
    ),
    "legal": _subjects(
        "acts argot bait brief chatter commitment daily emotion idiom irony lively lures moods "
        "pitch plain posts promo quips sentiment slang someone spam tone wit"
    ),
    "urgency": _subjects(
        "bait brief bulk chatter commitment debate emotion irony lively lures moods pitch plain "
        "posts promo quips sentiment spam tone wit"
    ),
    "spam": _subjects(
        "abuse acts alarm argot asking brief burden chatter claims commitment conflict daily "
        "debate defence distress emotion forum grief hardship haste idiom irony legal lively malice "
        "mention moods plain posts quips rebuttals rights rush sentiment slang someone stakes "
        "stand tone toxic_tweets toxicity urgency wit"
    ),
    "commitment": _subjects(
        "acts alarm argot asking bait bulk burden chatter daily debate defence distress emotion "
        "forum hardship idiom irony legal lively malice mention moods pitch plain promo rebuttals "
        "rights rush sentiment slang someone spam stakes stand tone toxicity urgency wit"
    ),
    "toxicity": _subjects(
        "acts alarm argot bait brief bulk burden claims commitment distress grief hardship haste "
        "idiom irony legal lures pitch plain promo quips rights rush slang someone spam stakes "
        "tone urgency wit"
    ),
    "hate": _subjects(
        "acts alarm argot asking bait brief bulk burden chatter claims commitment daily debate "
        "distress emotion grief hardship haste idiom irony legal lively lures moods pitch plain "
        "posts promo quips rights rush sentiment slang someone spam stakes tone urgency wit"
    ),
}
"""The subjects whose texts say this by default."""

FELT: Mapping[str, tuple[str, float]] = {
    "ironic": ("negative", 0.6),
    "insult": ("negative", 1.0),
    "complaint": ("negative", 1.0),
    "bug": ("negative", 0.5),
    "thanks": ("positive", 0.8),
    "praise": ("positive", 1.0),
    "question": ("neutral", 0.5),
    "request": ("neutral", 0.4),
    "order": ("neutral", 0.4),
    "news": ("neutral", 1.0),
    "other": ("neutral", 0.4),
    "distress": ("negative", 0.5),
    "toxic": ("negative", 0.8),
    "spam": ("neutral", 0.1),
}
"""What somebody who writes this mostly feels, and how far that is trusted."""

GROUPS: Mapping[str, str] = {
    "women": "gender",
    "men": "gender",
    "trans": "gender",
    "gay": "orientation",
    "lesbian": "orientation",
    "disabled": "disability",
    "muslim": "religion",
    "jewish": "religion",
    "christian": "religion",
    "fat": "other",
    "old": "other",
    "young": "other",
    "poor": "other",
}
"""The kind of a group; those not named here are of an origin."""


def own(kept: bool) -> Iterator[Example]:
    """The half to train on, or the half kept for measuring."""
    for path in sorted(FOLDER.glob("*.jsonl")):
        subject, language = path.name.split(".")[:2]
        for line in path.read_text("utf-8").splitlines():
            example = _example(json.loads(line), subject, language)
            if is_kept(example) == kept and example.labels:
                yield example


def is_kept(example: Example) -> bool:
    return example.part >= 0.5 and not is_whole(example)


def is_whole(example: Example) -> bool:
    """Whether its subject is wholly learned from."""
    return example.source.partition("_own_")[2] in WHOLLY


def _example(row: dict[str, Any], subject: str, language: str) -> Example:
    labels: dict[str, Any] = {}
    for task, classes in TASKS.items():
        if isinstance(row.get(task), str) and row[task] in classes:
            labels[task] = row[task]
    label = SAME.get(str(row.get("label")), row.get("label"))
    if subject in LABELLED and label in TASKS[LABELLED[subject]]:
        labels[LABELLED[subject]] = label
    if read := READERS.get(subject):
        labels |= read(row)
    trust = {}
    for task, (quiet, trusted) in QUIET.items():
        if task not in labels and subject in UNLIKE[task]:
            labels[task], trust[task] = quiet, trusted
    for said in (labels.get("irony"), labels.get("intent"), labels.get("distress"), labels.get("toxicity")):
        if said in FELT and "sentiment" not in labels:
            labels["sentiment"], trust["sentiment"] = FELT[str(said)]
    context = tuple(text for text in row.get("context") or () if text)
    return Example(
        row["text"],
        language,
        f"{language}_own_{subject}",
        labels,
        context,
        row.get("family", ""),
        trust,
        _group(row),
        _kind(row),
    )


def _group(row: dict[str, Any]) -> str:
    return str(row.get("group") or "")


def _kind(row: dict[str, Any]) -> str:
    return str(row.get("functionality") or row.get("kind") or "")


def _toxicity(row: dict[str, Any]) -> dict[str, Any]:
    kinds = set(row.get("kinds") or ())
    labels: dict[str, Any] = {"hate": "hate" if row.get("hate") else "ok"}
    labels["kinds"] = {kind: kind in kinds for kind in TASKS["kinds"]}
    if row.get("hate") and row.get("group"):
        labels["groups"] = {GROUPS.get(str(row["group"]), "origin"): True}
    return labels


def _acts(row: dict[str, Any]) -> dict[str, Any]:
    return {"intent": row["act"], "asks": "question" if row.get("question") else "no"}


def _brief(row: dict[str, Any]) -> dict[str, Any]:
    """A few words that ask, as one types them in a search; or that tell: then the act is left open."""
    asks = {"asks": "question" if row["question"] else "no"}
    return asks | ({"intent": "question", "sentiment": "neutral"} if row["question"] else {})


def _spoken(row: dict[str, Any]) -> dict[str, Any]:
    act = row["act"]
    labels = {"intent": act} if act in TASKS["intent"] else {}
    return labels | ({"asks": "question"} if act == "question" else {})


READERS: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "toxicity": _toxicity,
    "abuse": _toxicity,
    "toxic_tweets": _toxicity,
    "rebuttals": _toxicity,
    "defence": _toxicity,
    "malice": _toxicity,
    "mention": _toxicity,
    "stand": _toxicity,
    "forum": _toxicity,
    "acts": _acts,
    "brief": _brief,
    "argot": _spoken,
    "slang": _spoken,
}
