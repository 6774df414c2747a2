"""What knowledge has to do from time to time."""

from binome.journal.chores import study
from binome.knowledge import importing


@study
def go_on_importing() -> int:
    return importing.advance()
