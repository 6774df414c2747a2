"""What channels have to do from time to time."""

from binome.channels import gate
from binome.journal.chores import chore


@chore
def deliver() -> int:
    return gate.deliver_due()
