"""What can go wrong before the eyes of the person at the terminal: one sentence, and what to do about it."""


class Problem(Exception):
    """Something that the person can put right. *what* happened, then the *remedy*, both ready to be read."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(f"{what} {remedy}".strip())
        self.what, self.remedy = what, remedy
