"""What is unsure is asked of whoever reads better, the least sure first, as far as the budget goes."""

from binome.sdk.stage import Annotation, Reading
from binome.understanding.unsure import ask, doubts


class Sage:
    version = "sage-1"

    def __init__(self, affordable: int, label: str = "ironic") -> None:
        self.budget, self.label = affordable, label
        self.seen: list[tuple[str, str]] = []

    def affordable(self, doubts: int) -> int:
        return min(doubts, self.budget)

    def read(self, doubts):
        self.seen += [(doubt.reading.text, doubt.stage) for doubt in doubts]
        return [Annotation(self.label, 0.9) for _ in doubts]


def readings():
    return [
        Reading("sure", annotations={"irony": Annotation("literal", 0.95)}),
        Reading("unsure", annotations={"irony": Annotation("literal", 0.6), "links": Annotation("none", 0.5)}),
        Reading("very unsure", annotations={"irony": Annotation("ironic", 0.51)}),
    ]


def test_only_what_is_unsure_and_worth_asking_is_a_doubt():
    assert [(doubt.at, doubt.stage) for doubt in doubts(readings())] == [(2, "irony"), (1, "irony")]


def test_the_budget_goes_to_the_least_sure():
    sage = Sage(affordable=1)
    told = ask(readings(), sage)
    assert sage.seen == [("very unsure", "irony")]
    assert told[2].annotations["irony"] == Annotation("ironic", 0.9, {"asked": "sage-1"})
    assert told[1] == readings()[1]


def test_without_budget_or_with_an_answer_that_is_no_label_nothing_changes():
    assert ask(readings(), Sage(affordable=0)) == readings()
    assert ask(readings(), Sage(affordable=9, label="who knows")) == readings()
