"""What understanding has to do from time to time."""

from binome.journal.chores import errand, study
from binome.understanding import lessons, looking, terms


@study
def go_on_rereading() -> int:
    return terms.go_on_rereading()


@study
def learn_tonight() -> int:
    return lessons.learn_tonight()


@errand
def read_pictures() -> int:
    return looking.read_pictures()


@errand
def ask_about_doubts() -> int:
    return looking.ask_about_doubts()
