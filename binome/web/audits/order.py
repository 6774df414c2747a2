"""The queue of what is proposed to be put in order, one at a time: three keys, or, where it is judged blind, what one would do."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from binome.assistant import blindly, telling, triage
from binome.assistant import selectors as suggestions
from binome.assistant.blindly import BothWays
from binome.assistant.models import Suggestion
from binome.assistant.services import AnswerFirst, TooLate
from binome.autonomy import selectors as autonomy
from binome.inbox.services import CannotModerate
from binome.web.audits.views import earlier
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.web.ui.sentences import sentence_for
from binome.workspaces.models import Role


@require_safe
@workspace_view()
def queue(request: WorkspaceRequest) -> HttpResponse:
    """The oldest proposal that nobody has settled; ?after= skips those up to there."""
    proposed = suggestions.triage_waiting(request.workspace)
    after = skipped(request.GET.get("after", ""))
    found = (proposed.filter(pk__gt=int(after)) if after else proposed).first()
    content = {
        "to_order": proposed.count(),
        "waiting": autonomy.audits_waiting(request.workspace).count(),
        "suggestion": found,
        "earlier": earlier(found) if found else [],
        "operates": request.membership.may(Role.OPERATOR),
        "after": after,
        "choices": _choices(found) if found and found.blind else [],
    }
    return render(request, "audits/order.html", content)


@require_POST
@workspace_view(Role.OPERATOR)
def settle(request: WorkspaceRequest, suggestion: int) -> HttpResponse:
    """Yes or no; or what one would do, before the proposal is seen."""
    found = suggestions.of_ids([suggestion]).get(suggestion)
    if found is None or found.workspace_id != request.workspace.pk or not triage.is_triage(found):
        raise Http404
    try:
        toasts.show(request, _settled(request, found))
    except (AnswerFirst, BothWays, TooLate, CannotModerate) as refusal:
        toasts.show(request, sentence_for(refusal), tone="alarm")
    after = skipped(request.POST.get("after", ""))
    return redirect(reverse("audits:order", args=[request.workspace.slug]) + (f"?after={after}" if after else ""))


def _settled(request: WorkspaceRequest, suggestion: Suggestion) -> str:
    """Do what was said, and what then is told."""
    would = request.POST.getlist("would")
    match request.POST.get("do"):
        case "would" if not would:
            return _("Choose what you would do, or say “Nothing”.")
        case "would":
            return _compared(blindly.answer(suggestion, would, user=request.user))
        case "nothing":
            return _compared(blindly.answer(suggestion, [], user=request.user))
        case "yes":
            triage.accept(suggestion, user=request.user)
            return _("Done.")
        case _:
            triage.refuse(suggestion, user=request.user)
            return _("Set aside. Thank you: this counts as a verdict.")


def _compared(compared: Sequence[tuple[Suggestion, bool]]) -> str:
    """What would have been proposed, and whether both say the same."""
    told = {True: _("You and Binôme say the same: {what}."), False: _("Binôme would have proposed: {what}. Noted.")}
    acts = [(telling.to_do(one.lane.act, one.text), same) for one, same in compared]
    lines = [told[same].format(what=what[:1].lower() + what[1:]) for what, same in acts]
    return " ".join(lines) or _("The message has changed since Binôme had its proposal: nothing is compared.")


@dataclass(frozen=True)
class Choice:
    """One thing that may be done, and its key: the first nine tags have a number."""

    value: str
    name: str
    key: str


def _choices(suggestion: Suggestion) -> list[Choice]:
    acts = [(value, *value.partition(":")[::2]) for value in blindly.choices(suggestion.message)]
    keys = iter("123456789")
    return [
        Choice(value, tag or telling.to_do(act, ""), next(keys, "") if tag else KEYS[act]) for value, act, tag in acts
    ]


KEYS = {"hide": "H", "approve": "A", "close": "E"}


def skipped(said: str) -> str:
    """The last proposal that was skipped, if that is what is said."""
    return said if said.isdecimal() and len(said) < 16 else ""
