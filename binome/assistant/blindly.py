"""Acts without a word judged before they are seen: a person says what they would do here; it is done, and compared.

One question for all of these acts. To be asked whether this may be closed, only where closing is proposed, would be to be told.
"""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from binome.accounts.models import User
from binome.assistant import selectors
from binome.assistant.models import Suggestion, Suggestions
from binome.assistant.settling import TooLate, become, judge
from binome.assistant.standing import has_changed
from binome.autonomy.models import Act, Verdict
from binome.channels import services as channels
from binome.inbox import services as inbox
from binome.inbox.models import Conversation, Message
from binome.kit import clock


class BothWays(ValueError):
    """A message is not hidden and approved at once."""


def choices(message: Message) -> list[str]:
    """All that may be done here now, whatever is proposed, in an order that says nothing: "tag:" and a name, then other acts."""
    return _choices(message, _kept_back(message.pk))


@transaction.atomic
def answer(suggestion: Suggestion, chosen: Collection[str], *, user: User) -> list[tuple[Suggestion, bool]]:
    """Do these of the choices, and compare: each proposal that was kept back on the message, and whether it was among them.

    On words that have changed since, it lapses and nothing is compared. `TooLate` for whoever comes second, or where
    something of it has been done meanwhile: then nothing is done.
    """
    rows = _kept_back(suggestion.message_id).select_for_update(of=("self",))
    if {Act.HIDE, Act.APPROVE} <= {*chosen}:
        raise BothWays(_("A message is not hidden and approved at once."))
    waiting = list(rows.select_related("lane__workspace", "tag", "message__conversation__channel").order_by("pk"))
    if suggestion not in waiting:
        raise TooLate(_("Somebody has already decided on this suggestion."))
    message = waiting[0].message
    possible = _choices(message, rows)
    if not {*chosen, *map(key_of, waiting)} <= {*possible}:
        raise TooLate(_("This is no longer possible: it has changed in the meantime."))
    compared = [(one, key_of(one) in chosen) for one in waiting if not _lapsed(one)]
    for one, same in compared:
        state = Suggestion.State.ACCEPTED if same else Suggestion.State.REFUSED
        become(one, state, decided_by=user, decided_at=clock.now())
        judge(one, Verdict.Judgement.ACCEPTED if same else Verdict.Judgement.REFUSED, user=user, blind=True)
    for key in possible:
        if key in chosen:
            _do(key, message, user)
    return compared


def key_of(suggestion: Suggestion) -> str:
    """What is proposed, among the choices."""
    if suggestion.lane.act == Act.TAG:
        return f"{Act.TAG}:{suggestion.tag.name if suggestion.tag else suggestion.text}"
    return suggestion.lane.act


def _kept_back(message: int) -> Suggestions:
    return Suggestion.objects.filter(message=message, state=Suggestion.State.PENDING, blind=True).triage()


def _choices(message: Message, waiting: Suggestions) -> list[str]:
    """Tags of which it is known when the team puts them, and the one proposed should that be known no more; then other acts."""
    conversation = message.conversation
    proposed = [key_of(one) for one in waiting.filter(lane__act=Act.TAG).select_related("lane", "tag")]
    known = {*proposed, *(f"{Act.TAG}:{name}" for name in selectors.known_tags(message.workspace_id))}
    borne = {f"{Act.TAG}:{name}" for name in conversation.tags.values_list("name", flat=True)}
    moderates = channels.can(conversation.channel, "moderates")
    others = {
        Act.HIDE: moderates and message.hidden_at is None,
        Act.APPROVE: moderates and message.held,
        Act.CLOSE: conversation.state != Conversation.State.CLOSED,
    }
    return [*sorted(known - borne, key=str.casefold), *(str(act) for act, possible in others.items() if possible)]


def _lapsed(suggestion: Suggestion) -> bool:
    if changed := has_changed(suggestion):
        become(suggestion, Suggestion.State.LAPSED)
    return changed


def _do(key: str, message: Message, user: User) -> None:
    act, _colon, name = key.partition(":")
    match act:
        case Act.TAG:
            inbox.tag(message.conversation, name, user=user)
        case Act.HIDE:
            inbox.hide(message, user=user)
        case Act.APPROVE:
            inbox.show(message, user=user)
        case Act.CLOSE:
            inbox.close(message.conversation, user=user)
