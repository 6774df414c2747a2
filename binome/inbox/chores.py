"""What the inbox has to do from time to time."""

from binome.inbox import services as inbox
from binome.journal.chores import chore


@chore
def wake_snoozed() -> int:
    return inbox.wake_snoozed()
