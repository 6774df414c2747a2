"""The past cases that a decision leans on: looked up once, soon after it, and kept with its why card.

Not in the decision itself: nothing of it depends on them, and no member waits for a search of years.
"""

from collections.abc import Sequence

from django.db import transaction

from binome.assistant.models import Card
from binome.knowledge.memory import selectors as memory
from binome.knowledge.memory.selectors import PastCase

AT_ONCE, EACH = 20, 3


@transaction.atomic
def look_up() -> int:
    """Keep the past cases of the next decisions that have none yet; how many decisions.

    Not while years of replies are being learnt from: the memory would be made ready anew after every step.
    """
    waiting = Card.objects.select_for_update(skip_locked=True, of=("self",)).filter(past_cases__isnull=True)
    waiting = waiting.exclude(workspace__in=memory.learning())
    cards = list(waiting.select_related("message").order_by("pk")[:AT_ONCE])
    for workspace in {card.workspace_id for card in cards}:
        _keep([card for card in cards if card.workspace_id == workspace])
    return len(cards)


@transaction.atomic
def past_cases(card: Card) -> list[PastCase]:
    """The past cases of a decision, the likest first: those kept with it, as far as they are still remembered."""
    if card.past_cases is None:
        locked = Card.objects.select_for_update(of=("self",)).select_related("message").get(pk=card.pk)
        if locked.past_cases is None:
            _keep([locked])
        card.past_cases = locked.past_cases
    return memory.cases_kept(card.workspace_id, card.past_cases or [])


def _keep(cards: Sequence[Card]) -> None:
    """Cards of one workspace. What was answered after a decision is no past of it."""
    texts = [card.why.get("question") or card.message.text for card in cards]
    found = memory.past_cases_of(cards[0].workspace_id, texts, 2 * EACH)
    for card, cases in zip(cards, found, strict=True):
        before = [case for case in cases if case.answered_at < card.at][:EACH]
        card.past_cases = [case.as_kept() for case in before]
    Card.objects.bulk_update(cards, ["past_cases"])
