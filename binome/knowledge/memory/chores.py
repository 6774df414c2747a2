"""What the memory of replies has to do from time to time."""

from binome.journal.chores import study
from binome.knowledge.memory import learning, looking, taking


@study
def read_files_through() -> int:
    return taking.read_through()


@study
def go_on_taking() -> int:
    return taking.advance()


@study
def learn() -> int:
    return learning.learn()


@study
def look() -> int:
    return looking.look()
