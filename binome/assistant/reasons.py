"""Why a conversation reaches a person: the closed list, in words for both sides."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

REASONS = {
    "on_trial": _("sure enough, in a lane open on trial"),
    "guaranteed": _("sure enough, in a lane whose errors are measured"),
    "asked_for_person": _("asks for a person"),
    "no_answer": _("nothing approved answers this"),
    "unsure": _("not sure enough to answer alone"),
    "lane_suggest": _("here the AI only suggests"),
    "lane_off": _("the AI is off here"),
    "new_version": _("a new version of the AI is being checked against past verdicts"),
    "audits_late": _("audits have waited for too long here"),
    "unknown_territory": _("unlike anything that was judged so far"),
    "daily_cap": _("the day’s limit of answers given alone is reached"),
    "other_language": _("the approved answer is in another language"),
    "several_questions": _("several questions at once"),
    "not_a_question": _("not a question that an FAQ answers"),
    "attachment": _("came with a file"),
    "unsure_reading": _("the AI is unsure of what it read"),
    "held": _("you hold this conversation"),
    "handed_over": _("already waits for a person"),
    "not_read": _("could not be read as it should be"),
    "too_long": _("the approved answer is too long for this channel"),
    "awaits_approval": _("waits for approval"),
    "hidden": _("the message is hidden"),
    "edited": _("its author changed the message meanwhile"),
    "not_sent": _("the answer could not be sent"),
    "entry_changed": _("the entry changed before the answer left"),
    "lane_closed": _("the AI was stopped here before the answer left"),
    "stopped": _("the answer was stopped before it left"),
    "late": _("said too long ago for an answer to come by itself"),
    "expired": _("the only answer found is out of date"),
    "distress": _("distress"),
    "grief": _("grief"),
    "threat": _("threat"),
    "legal": _("legal matter"),
    "press": _("press"),
    "minor": _("a minor, perhaps"),
    "health": _("health"),
    "discrimination": _("discrimination"),
    "authority": _("an authority"),
    "hate": _("hate"),
    "nudity": _("nudity, perhaps, in a picture"),
    "known_picture": _("a picture that you want to see"),
    "insult": _("insult"),
    "anger": _("anger"),
    "urgent": _("urgent"),
    "flood": _("the same message from many sides"),
    "complaint": _("complaint"),
    "refund_or_money": _("money asked for or promised"),
    "irony_suspected": _("probable irony"),
    "conflict": _("the tone is rising"),
    "suspicious": _("suspicious message"),
    "prompt_injection": _("tries to give the AI orders"),
}
"""Reason → what the operator reads."""

GRAVE = {
    "distress", "grief", "threat", "legal", "authority", "press", "minor", "health", "discrimination", "hate",
    "known_picture", "nudity",
}  # fmt: skip
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
