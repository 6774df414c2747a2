"""What the memory of replies has to do from time to time."""

from binome.journal.chores import chore
from binome.knowledge.memory import learning, looking, taking


@chore
def read_files_through() -> int:
    return taking.read_through()


@chore
def go_on_taking() -> int:
    return taking.advance()


@chore
def learn() -> int:
    return learning.learn()


@chore
def look() -> int:
    return looking.look()
