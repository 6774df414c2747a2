"""What happens when messages are read, and when people say what is right."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MessageUnderstood:
    message: int
    conversation: int


@dataclass(frozen=True)
class MessageReadCloser:
    """*of*: "pictures", or "doubts" that a language model was asked about; what is said of the message may have changed."""

    message: int
    conversation: int
    of: str


@dataclass(frozen=True)
class MessageReadAgain:
    """A verdict on it was taken back, and it says what its stages make of it by now."""

    message: int
    conversation: int


@dataclass(frozen=True)
class PictureKnown:
    """From now on it goes to a person each time; *known* False: no more."""

    message: int
    conversation: int
    known: bool


@dataclass(frozen=True)
class ReadingJudged:
    """*said*: the label of the stage; *right*: the person's, empty when they only said that it is wrong."""

    verdict: int
    message: int
    conversation: int
    stage: str
    said: str
    right: str


@dataclass(frozen=True)
class ReadingVerdictTakenBack:
    verdict: int
    message: int
    conversation: int
    stage: str


@dataclass(frozen=True)
class TermWritten:
    term: int
    meaning: str


@dataclass(frozen=True)
class TermRemoved:
    term: int


@dataclass(frozen=True)
class LessonsLearned:
    """The night's learning from verdicts is done; *kept* lessons of *tried* are new in use."""

    tried: int
    kept: int
