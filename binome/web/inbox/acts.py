"""What operators do in a conversation: each a POST; the answer is the conversation as it stands now."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from binome.assistant import drafting, triage
from binome.assistant import selectors as asking
from binome.assistant import services as assistant
from binome.assistant.models import Suggestion, Suggestions
from binome.assistant.services import AnswerFirst, OutOfDate, TooLate
from binome.autonomy.services import AlreadyJudged
from binome.channels import gate
from binome.channels.gate import TooLong
from binome.inbox import selectors as selecting
from binome.inbox import services as inbox
from binome.inbox.models import Conversation
from binome.inbox.services import CannotModerate, NothingToSay, NotInTheTeam
from binome.kit import clock
from binome.kit.transitions import MoveRefused
from binome.web.inbox import places
from binome.web.inbox.views import opened
from binome.web.ui import toasts
from binome.web.ui.access import WorkspaceRequest, workspace_view
from binome.web.ui.sentences import sentence_for
from binome.workspaces.language_models import NoModel
from binome.workspaces.models import Role

Refusal = (
    AnswerFirst, CannotModerate, NothingToSay, NotInTheTeam, TooLate, TooLong, AlreadyJudged, MoveRefused,
    drafting.NothingToAnswer, drafting.AlreadyJudged, NoModel,
)  # fmt: skip
SNOOZES = {"3h": timedelta(hours=3), "1d": timedelta(days=1), "7d": timedelta(days=7)}

Act = Callable[..., object]
REFUSED = object()
"""What an act gives back when it has said itself why it was not done."""


def act(perform: Act) -> Callable[..., Any]:
    """A view that does one thing to one conversation of the workspace; a refusal is said in one sentence, with 422.

    The page then knows that what was written has not left, and gives it back.
    """

    @require_POST
    @workspace_view(Role.OPERATOR)
    def view(request: WorkspaceRequest, /, conversation: int, **ids: int) -> HttpResponse:
        found = selecting.conversation_in(request.workspace, conversation)
        if found is None:
            raise Http404
        try:
            with transaction.atomic():
                done = perform(request, found, **ids) is not REFUSED
        except Refusal as refusal:
            toasts.show(request, _refused(refusal), tone="alarm")
            done = False
        return _answer(request, found, status=200 if done else 422)

    view.__doc__ = perform.__doc__
    return view


@act
def reply(request: WorkspaceRequest, conversation: Conversation) -> object:
    """Send a person's words; if they come from a suggestion, they settle it."""
    text, suggestion = request.POST.get("text", ""), request.POST.get("suggestion", "")
    if suggestion.isdecimal():
        found = _suggestion(conversation, int(suggestion))
        try:
            assistant.edit(found, text, user=request.user)
        except OutOfDate as refusal:
            toasts.show(request, _out_of_date(refusal, assistant.renew(found)), tone="alarm")
            return REFUSED
        return None
    waiting = asking.pending_in([conversation.pk]).get(conversation.pk)
    if waiting and waiting.blind:
        _sent, same = assistant.answer_blind(waiting, text, user=request.user)
        toasts.show(
            request,
            _("Sent. Binôme would have said the same.")
            if same
            else _("Sent. Binôme would have said something else: noted."),
        )
        return None
    inbox.reply(conversation, text, user=request.user)
    return None


@act
def show_blind(request: WorkspaceRequest, conversation: Conversation, suggestion: int) -> None:
    """See the proposal without answering first; its verdict is then like any other."""
    assistant.show_blind(_suggestion(conversation, suggestion))


@act
def note(request: WorkspaceRequest, conversation: Conversation) -> None:
    """Say something to colleagues."""
    inbox.write_note(conversation, request.POST.get("text", ""), user=request.user)


@act
def take_over(request: WorkspaceRequest, conversation: Conversation) -> None:
    """From here on the AI is silent in this conversation."""
    inbox.take_over(conversation, user=request.user)
    toasts.show(request, _("You hold this conversation. Binôme is silent."), undo=_to(conversation, "give_back"))


@act
def give_back(request: WorkspaceRequest, conversation: Conversation) -> None:
    """The AI may answer the next message."""
    inbox.give_back(conversation, user=request.user)
    toasts.show(request, _("Given back. Binôme may answer the next message."), undo=_to(conversation, "take_over"))


@act
def assign(request: WorkspaceRequest, conversation: Conversation) -> None:
    """Entrust it to somebody (an empty choice: to nobody in particular)."""
    wanted = request.POST.get("to", "")
    member = (
        request.workspace.memberships.select_related("user").filter(user_id=wanted).first()
        if wanted.isdecimal()
        else None
    )
    inbox.assign(conversation, to=member.user if member else None, user=request.user)
    text = _("Assigned to {name}.").format(name=member.user) if member else _("Assigned to nobody in particular.")
    toasts.show(request, text)


@act
def snooze(request: WorkspaceRequest, conversation: Conversation) -> None:
    """Put it away for a while."""
    wait = SNOOZES.get(request.POST.get("for", ""), SNOOZES["1d"])
    inbox.snooze(conversation, until=clock.now() + wait, user=request.user)
    toasts.show(request, _("Put away. It comes back by itself."), undo=_to(conversation, "reopen"))


@act
def close(request: WorkspaceRequest, conversation: Conversation) -> None:
    """Nothing more to do here."""
    inbox.close(conversation, user=request.user)
    toasts.show(request, _("Closed."), undo=_to(conversation, "reopen"))


@act
def reopen(request: WorkspaceRequest, conversation: Conversation) -> None:
    """Back on the table."""
    inbox.reopen(conversation, user=request.user)


@act
def tag(request: WorkspaceRequest, conversation: Conversation) -> None:
    """Put a tag on, or take it off."""
    inbox.tag(
        conversation, request.POST.get("name", ""), user=request.user, present=request.POST.get("present") != "no"
    )


@act
def draft(request: WorkspaceRequest, conversation: Conversation) -> None:
    """Have a language model write a draft; it appears when it is written."""
    drafting.ask_for(conversation, user=request.user)


@act
def accept(request: WorkspaceRequest, conversation: Conversation, suggestion: int) -> object:
    """Send the suggestion as it is; if its entry has changed since, the new answer is shown instead."""
    found, seen = _suggestion(conversation, suggestion), request.POST.get("revision", "")
    try:
        assistant.accept(found, user=request.user, seen=int(seen) if seen.isdecimal() else None)
        toasts.show(request, _("Sent."))
        return None
    except OutOfDate as refusal:
        toasts.show(request, _out_of_date(refusal, assistant.renew(found)), tone="alarm")
        return REFUSED


@act
def refuse(request: WorkspaceRequest, conversation: Conversation, suggestion: int) -> None:
    """Set the suggestion aside."""
    assistant.refuse(_suggestion(conversation, suggestion), user=request.user)
    toasts.show(request, _("Set aside. Thank you: this counts as a verdict."))


@act
def put_in_order(request: WorkspaceRequest, conversation: Conversation, suggestion: int) -> None:
    """Have a tag put on, or the conversation closed, as proposed; or not."""
    found = _proposed(conversation, suggestion).triage().first()
    if found is None:
        raise Http404
    if request.POST.get("do") == "yes":
        triage.accept(found, user=request.user)
        toasts.show(request, _("Done."))
    else:
        triage.refuse(found, user=request.user)
        toasts.show(request, _("Set aside. Thank you: this counts as a verdict."))


@act
def judge(request: WorkspaceRequest, conversation: Conversation, suggestion: int) -> None:
    """Say whether what was done alone was right; a tag or a closing that was not is undone."""
    right, found = request.POST.get("right") == "yes", _suggestion(conversation, suggestion, replies=False)
    assistant.judge_alone(found, right=right, user=request.user)
    if not right and triage.is_triage(found):
        triage.undo(found, user=request.user)
        toasts.show(request, _("Noted: wrong. It was undone."))
        return
    toasts.show(request, _("Noted: right.") if right else _("Noted: wrong. You can write to the member now."))


@act
def settle_delivery(request: WorkspaceRequest, conversation: Conversation, delivery: int) -> None:
    """A message that failed, or whose fate is unknown: send it (again), or say what became of it."""
    found = conversation.messages.select_related("delivery").filter(delivery=delivery).first()
    if found is None or found.delivery is None:
        raise Http404
    actor = f"user:{request.user.pk}"
    match request.POST.get("do"):
        case "resend":
            gate.resend(found.delivery, actor=actor)
        case "arrived" | "lost" as said:
            gate.declare(found.delivery, sent=said == "arrived", actor=actor)
        case _:
            raise PermissionDenied


def _answer(request: WorkspaceRequest, conversation: Conversation, *, status: int) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "inbox/opened.html", opened(request, conversation.pk), status=status)
    return redirect(places.address(request, conversation.pk))


def _suggestion(conversation: Conversation, pk: int, *, replies: bool = True) -> Suggestion:
    proposed = _proposed(conversation, pk)
    found = (proposed.replies() if replies else proposed).first()
    if found is None:
        raise Http404
    return found


def _proposed(conversation: Conversation, pk: int) -> Suggestions:
    rows = Suggestion.objects.filter(conversation=conversation, pk=pk)
    return rows.select_related("conversation__thread", "lane", "tag")


def _to(conversation: Conversation, name: str) -> str:
    return reverse(f"inbox:{name}", args=[conversation.workspace.slug, conversation.pk])


def _out_of_date(refusal: OutOfDate, renewed: Suggestion | None) -> str:
    then = _("Here is what it says now.") if renewed else _("It can no longer be quoted: the answer is yours.")
    return f"{sentence_for(refusal)} {then}"


def _refused(refusal: Exception) -> str:
    if isinstance(refusal, TooLong):
        return _("This is too long for this channel ({length} characters, {limit} at most). Nothing was sent.").format(
            length=refusal.length, limit=refusal.limit
        )
    if isinstance(refusal, MoveRefused):
        return _("This is no longer possible: it has changed in the meantime.")
    return sentence_for(refusal)
