"""What is asked of an answer given alone at the moment of sending: whether all that allowed it still holds."""

from binome.assistant import standing
from binome.assistant.models import Suggestion
from binome.autonomy import services as autonomy
from binome.channels import gate
from binome.channels.models import Delivery


@gate.last_check
def still_right(delivery: Delivery) -> str:
    """Why an answer may no longer leave; "" if it may, or is no answer given alone.

    The lane is locked: once its lowering has returned, no answer begins to leave in it.
    """
    suggestion = _given_alone(delivery)
    if suggestion is None:
        return ""
    if not autonomy.may_still_act(suggestion.lane_id, suggestion.confidence):
        return "LaneClosed"
    return standing.what_stops(suggestion)


def _given_alone(delivery: Delivery) -> Suggestion | None:
    allowed = delivery.authorisation
    pk = allowed["evidence"].get("suggestion") if allowed["by"] == "ai" else None
    rows = Suggestion.objects.select_related("lane", "message__conversation__channel")
    return rows.filter(pk=pk, state=Suggestion.State.ACTED).first() if pk else None
