"""A why card in words, for a page and for a terminal alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from binome.assistant import leaning, reasons, selectors, vetoes
from binome.assistant.models import Card
from binome.assistant.replaying import replay, replay_triage
from binome.autonomy.models import Verdict
from binome.inbox.models import SavedReply, Tag
from binome.kit.text import excerpt
from binome.knowledge.memory.selectors import PastCase


@dataclass(frozen=True)
class Section:
    """A few lines under a title: (what, how much)."""

    title: str
    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Told:
    """A decision in words."""

    decision: str
    reason: str
    question: str
    sections: Sequence[Section]
    same: bool
    """Whether the rules of today decide the same from the same inputs."""
    now: str
    """What they decide."""


def told(card: Card) -> Told:
    """The card in the language now active."""
    why, again = card.why, replay(card.why)
    sections = [
        Section(_("What was found"), _found(why)),
        Section(_("What was read"), _read(why)),
        Section(_("What spoke against it"), [(reasons.label(veto), "") for veto in why["decision"]["vetoes"]]),
        Section(_("The lane"), _lane(why)),
        Section(_("What would have changed it"), [_change(change) for change in why.get("would_change", [])]),
        Section(_("Put in order beside it"), [_in_order(one) for one in why.get("triage", [])]),
        Section(_("Nearest past cases"), _nearest(why)),
        Section(_("Answered before, in the reply memory"), _answered_before(card)),
        Section(_("Versions"), sorted(why.get("versions", {}).items())),
    ]
    return Told(
        done(why["decision"]["do"]),
        reasons.label(why["decision"]["reason"]),
        why.get("question", ""),
        [section for section in sections if section.lines],
        again.as_dict() == why["decision"]
        and all(replay_triage(one).as_dict() == one["decision"] for one in why.get("triage", [])),
        f"{done(again.do)} ({reasons.label(again.reason)})",
    )


def done(what: str) -> str:
    """What was decided."""
    return {
        "act": pgettext("decided", "answered alone"),
        "suggest": pgettext("decided", "suggested to a person"),
        "hand_over": pgettext("decided", "left to a person"),
        "rest": pgettext("decided", "nothing to do"),
    }[what]


def changed_to(what: str) -> str:
    """What would have been decided instead."""
    return {
        "act": pgettext("decision", "would have been sent"),
        "suggest": pgettext("decision", "would have been suggested"),
        "hand_over": pgettext("decision", "would have come to you"),
        "rest": pgettext("decision", "would have been left in peace"),
    }[what]


def condition(change: Mapping[str, Any]) -> str:
    """The "if" of one line of what would have changed it."""
    if "without" in change:
        return _("Without “{reason}”").format(reason=reasons.label(change["without"]))
    if "lane_open" in change:
        return _("In a lane that is open")
    if "confidence_below" in change:
        return _("Below {percent} % sure").format(percent=_percent(change["confidence_below"]))
    return _("From {percent} % sure").format(percent=_percent(change["confidence_at_least"]))


def _change(change: Mapping[str, Any]) -> tuple[str, str]:
    return condition(change), changed_to(change["then"])


def _found(why: Mapping[str, Any]) -> list[tuple[str, str]]:
    titles = selectors.titles([answer["source"] for answer in why.get("answers", [])])
    gone = _("an entry that no longer exists")
    saved = SavedReply.objects.filter(pk=why["prepared"]).first() if "prepared" in why else None
    sure = why["case"]["found"]["confidence"] if saved else 0.0
    prepared = [(_("Saved reply: {title}").format(title=saved), _("{percent} % sure").format(percent=_percent(sure)))]
    return (prepared if saved else []) + [
        (titles.get(answer["source"], gone), _("{percent} % sure").format(percent=_percent(answer["confidence"])))
        for answer in why.get("answers", [])
    ]


def _read(why: Mapping[str, Any]) -> list[tuple[str, str]]:
    labels = {stage: tuple(said) for stage, said in why["case"]["reading"]["labels"].items()}
    lines = [(_stage(name), f"{label} · {_percent(sure)}\u202f%") for name, (label, sure) in sorted(labels.items())]
    near = [
        (
            _("Nearest to a veto: {reason}").format(reason=reasons.label(veto.reason)),
            _of(veto.chance_in(labels), veto.chance),
        )
        for veto in sorted(vetoes.TABLE, key=lambda veto: veto.chance_in(labels) - veto.chance)[-1:]
        if veto.chance_in(labels) > 0
    ]
    return [*lines, *near]


def _stage(name: str) -> str:
    """What a stage reads, in words; its own name when it has none here."""
    return {
        "language": pgettext("reading", "language"),
        "question": pgettext("reading", "question"),
        "person_wanted": pgettext("reading", "person wanted"),
        "personal_data": pgettext("reading", "personal data"),
        "sensitive": pgettext("reading", "sensitive"),
        "irony": pgettext("reading", "irony"),
        "distress": pgettext("reading", "distress"),
        "legal": pgettext("reading", "legal"),
        "toxicity": pgettext("reading", "toxicity"),
        "hate": pgettext("reading", "hate"),
        "conflict": pgettext("reading", "conflict"),
        "urgency": pgettext("reading", "urgency"),
        "spam": pgettext("reading", "spam"),
        "emotion": pgettext("reading", "emotion"),
        "sentiment": pgettext("reading", "sentiment"),
        "intent": pgettext("reading", "intent"),
    }.get(name, name)


def _lane(why: Mapping[str, Any]) -> list[tuple[str, str]]:
    lane, asked = why.get("lane", {}), _percent(why["case"]["threshold"])
    lines = [(_("Alone from"), _("{percent} % sure").format(percent=asked))]
    if "opening" in lane:
        promise = _("{risk} % wrong at most, {sure} chances in 100").format(
            risk=number_format(lane["risk"] * 100, 1), sure=number_format((1 - lane["doubt"]) * 100, 0)
        )
        lines.append((_("Promise, life {number}").format(number=lane["life"]), promise))
    lines.append((_("Answer of the lane"), reasons.label(why["case"]["leave"])))
    resemblance = why["case"].get("resemblance", 1.0)
    if resemblance < 1:
        lines.append((_("Like what was judged (p-value)"), number_format(resemblance, 3)))
    return lines


def to_do(act: str, about: str) -> str:
    """An act without a word as it is proposed; *about*: the tag, or the kind of harm."""
    match act:
        case "tag":
            return _("Tag it “{tag}”").format(tag=about)
        case "hide" if about:
            return _("Hide the message: {kind}").format(kind=kind_of_harm(about))
        case "hide":
            return _("Hide the message")
        case "approve":
            return _("Approve the message")
        case _:
            return _("Close the conversation")


def was_done(act: str, about: str) -> str:
    """The same, once it was done alone."""
    match act:
        case "tag":
            return _("Binôme put the tag “{tag}” on, alone").format(tag=about)
        case "hide":
            return _("Binôme hid a message, alone: {kind}").format(kind=kind_of_harm(about))
        case "approve":
            return _("Binôme approved a message, alone")
        case _:
            return _("Binôme closed this, alone")


def kind_of_harm(kind: str) -> str:
    """In words; its own name when it has none here."""
    return {
        "hate": pgettext("kind of harm", "hate"),
        "insult": pgettext("kind of harm", "insult"),
        "spam": pgettext("kind of harm", "spam"),
    }.get(kind, kind)


def _in_order(why: Mapping[str, Any]) -> tuple[str, str]:
    """A tag or a closing: what was made of it, how sure it was, why."""
    case, decision = why["case"], why["decision"]
    tag = Tag.objects.filter(pk=case["tag"]).first() if case["tag"] else None
    named = str(tag or _("one that no longer exists")) if case["tag"] else case.get("kind", "")
    what = to_do(case["act"], named)
    done = {
        "act": pgettext("put in order", "done alone"),
        "suggest": pgettext("put in order", "proposed"),
        "rest": pgettext("put in order", "not proposed"),
    }[decision["do"]]
    sure = _("{percent} % sure").format(percent=_percent(case["confidence"]))
    return what, f"{done} · {sure} · {reasons.label(decision['reason'])}"


def _nearest(why: Mapping[str, Any]) -> list[tuple[str, str]]:
    judged = dict(Verdict.Judgement.choices)
    return [
        (
            _("suggestion {number}: {judgement}").format(number=one["suggestion"], judgement=judged[one["judgement"]]),
            _("{percent} % alike").format(percent=_percent(max(one["likeness"], 0.0))),
        )
        for one in why.get("nearest", [])
    ]


def _answered_before(card: Card) -> list[tuple[str, str]]:
    return [
        (f"{excerpt(case.question, 120)} → {excerpt(case.answer, 160)}", _told_of(case))
        for case in leaning.past_cases(card)
    ]


def _told_of(case: PastCase) -> str:
    """By whom and when a past case was answered, and how much it resembles."""
    by = [case.author, date_format(case.answered_at, "SHORT_DATE_FORMAT")]
    alike = _("{percent} % alike").format(percent=_percent(max(case.likeness, 0.0)))
    return " · ".join([*(part for part in by if part), alike])


def _of(chance: float, asked: float) -> str:
    return _("{percent} % of the {asked} % that it takes").format(percent=_percent(chance), asked=_percent(asked))


def _percent(share: float) -> str:
    return number_format(share * 100, 0)
