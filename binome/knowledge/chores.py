"""What knowledge has to do from time to time."""

from binome.journal.chores import chore
from binome.knowledge import importing


@chore
def go_on_importing() -> int:
    return importing.advance()
