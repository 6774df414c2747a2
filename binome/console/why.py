"""The command `binome why`: one decision explained in the terminal, as its page explains it."""

from collections.abc import Iterator

import click
from django.utils import translation

from binome.assistant import telling
from binome.assistant.models import Card
from binome.assistant.telling import Told
from binome.console.lines import Unreadable
from binome.console.words import _, language


@click.command()
@click.argument("number", type=click.IntRange(min=1))
def why(number: int) -> None:
    """Why the AI decided as it did: the number is that of the card, shown on its page."""
    card = Card.objects.filter(pk=number).first()
    if card is None:
        raise Unreadable(_("There is no card {number}.").format(number=number))
    with translation.override(language()):
        told = telling.told(card)
    for line in lines(card, told):
        click.echo(line)


def lines(card: Card, told: Told) -> Iterator[str]:
    """The card, line by line."""
    yield _("Card {number}, {at}: {decision} ({reason})").format(
        number=card.pk, at=f"{card.at:%Y-%m-%d %H:%M} UTC", decision=told.decision, reason=told.reason
    )
    if told.question:
        yield f"  « {told.question} »"
    for section in told.sections:
        yield ""
        yield section.title
        for what, much in section.lines:
            yield f"  {what}  {much}".rstrip()
    yield ""
    yield _("Decided again: the same.") if told.same else _("Decided again: {now}.").format(now=told.now)
