"""What understanding is measured on: our kept texts, held-out parts of the sets trained on, and sets never trained on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from evals import functional
from evals.loading import own_rows, rows
from training.understanding.drawing import split
from training.understanding.examples import TASKS, Example
from training.understanding.sets import public
from training.understanding.texts import own


@dataclass(frozen=True)
class Case:
    """A text whose label is known. *group*: whom it speaks of; *kind*: what it tests."""

    text: str
    label: str
    context: tuple[str, ...] = ()
    group: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Set:
    """Cases of one task in one language. *origin*: "kept" (ours), "held out" (of a set trained on), "unseen"."""

    name: str
    task: str
    language: str
    origin: str
    cases: tuple[Case, ...]


def sets(data: Path) -> Iterator[Set]:
    """Every set, task by task; DataAbsent when the data are not there."""
    found = [*_functional(), *kept_sets(), *_unseen(data), *_held_out(data)]
    tasks = list(TASKS)
    yield from sorted(
        (one for one in found if len(one.cases) >= 40), key=lambda one: (tasks.index(one.task), one.language)
    )


def _functional() -> Iterator[Set]:
    """Suites by functionality (evals/functional.py, evals/data/functional_sentiment.*.jsonl)."""
    for language in functional.LANGUAGES:
        tests = functional.cases(language)
        hate = (Case(one.text, "hate" if one.hate else "ok", (), one.group, one.functionality) for one in tests)
        yield Set("functional suite", "hate", language, "unseen", tuple(hate))
        toxic = [one for one in tests if one.toxic is not None]
        cases = (Case(one.text, "toxic" if one.toxic else "ok", (), one.group, one.functionality) for one in toxic)
        yield Set("functional suite", "toxicity", language, "unseen", tuple(cases))
        felt = own_rows(f"functional_sentiment.{language}")
        traps = (Case(row["text"], row["sentiment"], (), "", row["functionality"]) for row in felt)
        yield Set("functional suite", "sentiment", language, "unseen", tuple(traps))


def kept_sets() -> Iterator[Set]:
    """The half of our texts that is never trained on. Their writers are those of the other half: these figures flatter."""
    by_set: dict[tuple[str, str, str], list[Case]] = {}
    for example in own(kept=True):
        subject = example.source.partition("_own_")[2]
        for task, label in example.labels.items():
            if isinstance(label, str) and task not in example.trust:
                by_set.setdefault((task, example.language, subject), []).append(_case(example, label))
    for (task, language, subject), cases in by_set.items():
        if len({case.label for case in cases}) > 1:
            yield Set(f"own {subject}", task, language, "kept", tuple(cases))


def _case(example: Example, label: str) -> Case:
    return Case(example.text, label, example.context, example.group, example.kind)


def _unseen(data: Path) -> Iterator[Set]:
    """Sets whose licence lets them be measured on only."""
    for language in ("fr", "en"):
        file = f"{language}_sentiment_umsab"
        yield _set("UMSAB tweets", "sentiment", language, file, data, str, only=LEFT_UNSEEN)
    deft = {"positive": "positive", "negative": "negative", "objective": "neutral"}
    yield _set("DEFT 2017 tweets", "sentiment", "fr", "fr_sentiment_deft2017", data, lambda label: deft.get(label, ""))
    feelings = {"optimism": "joy"}
    yield _set("TweetEval", "emotion", "en", "en_tweeteval_emotion_val", data, lambda label: feelings.get(label, label))
    irony = {"irony": "ironic", "non_irony": "literal"}
    yield _set("TweetEval", "irony", "en", "en_tweeteval_irony_val", data, irony.__getitem__)
    offensive = {"offensive": "toxic"}
    yield _set("TweetEval", "toxicity", "en", "en_tweeteval_offensive_val", data, lambda one: offensive.get(one, "ok"))
    hate = {"hate": "hate"}
    yield _set("TweetEval", "hate", "en", "en_tweeteval_hate_val", data, lambda one: hate.get(one, "ok"))
    spam = {"spam": "spam", "ham": "ok"}
    for language, key in (("fr", "text"), ("en", "text_en")):
        yield _set("SMS", "spam", language, "fr_spam_sms_mt", data, spam.__getitem__, key)


LEFT_UNSEEN = "train"
"""The part of UMSAB that is measured on; its smaller one, "val", was looked at while texts were written and chances set."""


def _set(
    name: str,
    task: str,
    language: str,
    file: str,
    data: Path,
    label: Callable[[str], str],
    key: str = "text",
    only: str = "",
) -> Set:
    kept = (row for row in rows(file, data) if row.get(key) and (not only or row["split"] == only))
    labelled = ((row[key], label(row["label"])) for row in kept)
    return Set(
        name, task, language, "unseen", tuple(Case(text, said) for text, said in labelled if said in TASKS[task])
    )


HELD_OUT: Mapping[str, tuple[str, ...]] = {
    "en_emotion_goemotions_train": ("emotion", "sentiment"),
    "fr_emotion_xed": ("emotion",),
    "fr_feedback_appreviews": ("sentiment", "intent"),
    "en_feedback_appreviews": ("sentiment", "intent"),
    "fr_absa_mabsa_train": ("sentiment",),
    "en_absa_mabsa_train": ("sentiment",),
    "en_sarcasm_isarcasm_train": ("irony",),
    "en_spam_youtube": ("spam",),
    "fr_hate_ftr_racist": ("hate",),
    "fr_hate_mlma": ("toxicity",),
    "en_hate_mlma": ("toxicity",),
    "en_hate_edos_sexism": ("hate",),
    "en_hate_hatemojibuild_train": ("hate",),
    "en_hate_davidson": ("toxicity",),
}
"""Of which sets that were trained on a part was held out, and what it says."""


def _held_out(data: Path) -> Iterator[Set]:
    _fit, _calibrate, measure = split(public(data))
    by_set: dict[tuple[str, str, str], list[Case]] = {}
    for example in measure:
        for task in HELD_OUT.get(example.source, ()):
            if (label := example.labels.get(task)) in TASKS[task] and _whole(example, task):
                by_set.setdefault((task, example.language, example.source), []).append(_case(example, str(label)))
    for (task, language, source), cases in by_set.items():
        yield Set(source.partition("_")[2], task, language, "held out", tuple(cases[:1_500]))


def _whole(example: Example, task: str) -> bool:
    """A literal rewriting is no message that anybody sent."""
    return task != "irony" or example.trust.get("irony", 1.0) == 1.0
