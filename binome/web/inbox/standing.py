"""How a member's message stands before the community, in words: shown, hidden, waiting for approval; and what one may do."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from binome.inbox.models import Message, Moderation


@dataclass(frozen=True)
class Standing:
    """*told*: by whom, at the instant *at*; *leaving*: the platform has not been told yet; *failed*: why it did not happen."""

    hidden: bool = False
    waits: bool = False
    told: str = ""
    at: datetime | None = None
    leaving: str = ""
    failed: str = ""
    may_hide: bool = False
    may_show: bool = False


def of(message: Message, last: Moderation | None, *, can: bool) -> Standing:
    """*last*: what was decided last on it; *can*: whether its channel can hide and show."""
    if message.by != Message.By.MEMBER or message.deleted_at is not None:
        return Standing()
    hidden, held = message.hidden_at is not None, message.held
    able = can and bool(message.external_id)
    done = last if last and not last.failed else None
    return Standing(
        hidden=hidden,
        waits=held and not hidden,
        told=_told(done) if done and done.hidden == hidden else "",
        at=done.at if done else None,
        leaving=_leaving(done) if done else "",
        failed=_failed(last) if last and last.failed else "",
        may_hide=able and not hidden,
        may_show=able and (hidden or held),
    )


def _told(done: Moderation) -> str:
    name = str(done.user) if done.user else "Binôme" if done.delivery.by_machine else _("somebody")
    if done.hidden:
        return _("hidden by {name}").format(name=name)
    if done.held_before and done.hidden_before is None:
        return _("approved by {name}").format(name=name)
    return _("shown again by {name}").format(name=name)


def _leaving(done: Moderation) -> str:
    return str(done.delivery.get_state_display()) if done.delivery.state in ("due", "sending") else ""


def _failed(last: Moderation) -> str:
    """That it did not happen, and why, in two sentences."""
    code = last.delivery.failure
    in_doubt = code in _IN_DOUBT
    what = _DOUBTED[last.hidden] if in_doubt else _NOT_DONE[last.hidden]
    return f"{what} {WHY.get(code, WHY[''])}"


_IN_DOUBT = {"OutcomeUnknown", "Malformed"}
_NOT_DONE = {True: gettext_lazy("Not hidden."), False: gettext_lazy("Not shown.")}
_DOUBTED = {True: gettext_lazy("Perhaps not hidden."), False: gettext_lazy("Perhaps not shown.")}

WHY = {
    "Rejected": gettext_lazy("The platform refused it."),
    "AccessRevoked": gettext_lazy("The channel must be connected again."),
    "AccessExpired": gettext_lazy("The channel must be connected again."),
    "RateLimited": gettext_lazy("The platform asked us to wait for too long."),
    "Unavailable": gettext_lazy("The platform could not be reached."),
    "OutcomeUnknown": gettext_lazy("The platform never said whether it did it."),
    "Malformed": gettext_lazy("The platform never said whether it did it."),
    "Held": gettext_lazy("A person had taken over the conversation."),
    "Frozen": gettext_lazy("Everything was stopped at that moment."),
    "": gettext_lazy("It was no longer allowed at the moment of leaving."),
}
"""Why it did not happen → what the operator reads."""
