"""Why a conversation reaches a person: the closed list, in words for both sides."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

REASONS = {
    "asked_for_person": _("asks for a person"),
    "no_answer": _("nothing approved answers this"),
    "unsure": _("not sure enough to answer alone"),
    "lane_suggest": _("here the AI only suggests"),
    "lane_off": _("the AI is off here"),
    "daily_cap": _("the day’s limit of answers given alone is reached"),
    "other_language": _("the approved answer is in another language"),
    "several_questions": _("several questions at once"),
    "not_a_question": _("not a question that an FAQ answers"),
    "attachment": _("came with a file"),
    "held": _("you hold this conversation"),
    "handed_over": _("already waits for a person"),
    "not_read": _("could not be read as it should be"),
    "too_long": _("the approved answer is too long for this channel"),
    "expired": _("the only answer found is out of date"),
    "distress": _("distress"),
    "grief": _("grief"),
    "threat": _("threat"),
    "legal": _("legal matter"),
    "press": _("press"),
    "minor": _("a minor, perhaps"),
    "health": _("health"),
    "discrimination": _("discrimination"),
    "insult": _("insult"),
    "complaint": _("complaint"),
    "refund_or_money": _("money asked for or promised"),
    "irony_suspected": _("probable irony"),
    "prompt_injection": _("tries to give the AI orders"),
}
"""Reason → what the operator reads."""

GRAVE = {"distress", "grief", "threat", "legal", "press", "minor", "health", "discrimination"}
"""Shown in red: what harms if it waits."""

TO_MEMBER = {
    "asked_for_person": pgettext_lazy("to a member", "Of course. I am passing you on to a person of the team."),
    "no_answer": pgettext_lazy("to a member", "I have no approved answer to that. A person of the team will reply."),
    "": pgettext_lazy("to a member", "I would rather leave this to a person of the team, who will reply."),
}
"""What the member is told; '' is for every other reason, so that nothing is said of what was guessed of them."""


def label(reason: str) -> str:
    """The reason in the reader's language."""
    return str(REASONS.get(reason, reason))


def to_member(reason: str) -> str:
    """What the member is told, in the language now active."""
    return str(TO_MEMBER.get(reason, TO_MEMBER[""]))
