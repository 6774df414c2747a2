"""What weighed in a reading, in sentences."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

KINDS: Mapping[str, StrOrPromise] = {
    "insult": pgettext_lazy("abuse", "insult"), "threat": pgettext_lazy("abuse", "threat"),
    "sexual": pgettext_lazy("abuse", "sexual"), "harassment": pgettext_lazy("abuse", "harassment"),
    "self_harm": pgettext_lazy("abuse", "self-harm"), "doxxing": pgettext_lazy("abuse", "private data made public"),
    "hate": pgettext_lazy("abuse", "hate"),
}  # fmt: skip

AIMS: Mapping[str, StrOrPromise] = {
    "person": pgettext_lazy("aimed at", "a person"), "group": pgettext_lazy("aimed at", "a group"),
    "brand": pgettext_lazy("aimed at", "you"), "nobody": pgettext_lazy("aimed at", "nobody"),
}  # fmt: skip

GROUPS: Mapping[str, StrOrPromise] = {
    "origin": pgettext_lazy("group", "origin"), "religion": pgettext_lazy("group", "religion"),
    "gender": pgettext_lazy("group", "gender"), "orientation": pgettext_lazy("group", "sexual orientation"),
    "disability": pgettext_lazy("group", "disability"), "other": pgettext_lazy("group", "another group"),
}  # fmt: skip

DATA: Mapping[str, StrOrPromise] = {
    "email": pgettext_lazy("data", "e-mail address"), "phone": pgettext_lazy("data", "phone number"),
    "iban": pgettext_lazy("data", "bank account"), "card": pgettext_lazy("data", "payment card"),
    "nir": pgettext_lazy("data", "social security number"), "address": pgettext_lazy("data", "postal address"),
    "postcode": pgettext_lazy("data", "postcode"),
}  # fmt: skip


PARTS: Mapping[str, StrOrPromise] = {
    "FEMALE_GENITALIA_EXPOSED": pgettext_lazy("picture", "bare genitals"),
    "MALE_GENITALIA_EXPOSED": pgettext_lazy("picture", "bare genitals"),
    "FEMALE_BREAST_EXPOSED": pgettext_lazy("picture", "bare breast"), "ANUS_EXPOSED": pgettext_lazy("picture", "bare bottom"),
    "BUTTOCKS_EXPOSED": pgettext_lazy("picture", "bare bottom"),
}  # fmt: skip


def sentences(evidence: Mapping[str, Any]) -> list[str]:
    """Everything that can be said of it; empty when the stage gave no reason."""
    return list(_sentences(evidence))


def _sentences(evidence: Mapping[str, Any]) -> Iterator[str]:
    if words := evidence.get("words") or evidence.get("cues"):
        yield _("Words that weighed: {words}").format(words=_list(words))
    if rules := evidence.get("lexicon"):
        yield _("A word of your own decides: {words}").format(words=_list(rules))
    if terms := evidence.get("terms"):
        yield _("Your words: {words}").format(words=_list([term["text"] for term in terms]))
    if evidence.get("lesson"):
        yield _("Corrected by what your team has taught.")
    if aim := evidence.get("target"):
        yield _("Aimed at: {whom}").format(whom=AIMS.get(aim, aim))
    if kinds := evidence.get("kinds"):
        yield from _kinds(kinds)
    if groups := evidence.get("groups"):
        yield _("Attacks: {what}").format(what=_names(groups, GROUPS))
    if found := evidence.get("found"):
        yield _("Holds: {what}").format(what=_names([one["kind"] for one in found], DATA))
    if hosts := evidence.get("hosts"):
        yield _("Leads to: {where}").format(where=", ".join(hosts))
    if copies := (evidence.get("copies", 0) or 0) + (evidence.get("near", 0) or 0):
        yield _("Copies at the same time: {number}").format(number=copies)
    if shown := evidence.get("pictures"):
        yield from _pictures(shown)
    if "asked" in evidence and "before" in evidence:
        percent = round(evidence["before"][1] * 100)
        yield _("Asked of {model}: what reads here was unsure ({percent} %).").format(
            model=evidence["asked"], percent=percent
        )
    if what := evidence.get("what"):
        yield _("Promised: “{what}”").format(what=what)
    if when := evidence.get("when"):
        yield _("When: {when}").format(when=when)


def _pictures(shown: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if parts := [part for one in shown for part in one.get("parts", {})]:
        yield _("In the picture: {what}").format(what=_names(parts, PARTS))
    if any(one["label"] == "known" for one in shown):
        yield _("A picture that your team flagged.")
    if any(one["label"] == "unread" for one in shown):
        yield _("A picture that could not be read: look at it with care.")


def _kinds(kinds: Mapping[str, float]) -> Iterator[str]:
    named = [kind for kind in kinds if kind in KINDS]
    if named:
        yield _("Kind: {what}").format(what=_names(named, KINDS))


def _names(keys: Sequence[str], names: Mapping[str, StrOrPromise]) -> str:
    return ", ".join(dict.fromkeys(str(names.get(one, one)) for one in keys))


def _list(words: Sequence[str]) -> str:
    return ", ".join(_("“{word}”").format(word=word) for word in words)
