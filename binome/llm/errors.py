"""The ways in which a language model can fail us. *billed*: whether its provider may count the tokens all the same."""


class ModelFailed(Exception):
    """The language model did not answer."""

    billed = False


class NotReached(ModelFailed):
    """The language model’s server cannot be reached."""


class Busy(ModelFailed):
    """The language model’s server asks to wait: too many requests, or no credit left."""


class KeyRefused(ModelFailed):
    """The language model’s server refuses the key."""


class Refused(ModelFailed):
    """The language model’s server refuses this request: look at the address and the model’s name."""


class NoAnswer(ModelFailed):
    """The request left and no whole answer came in time."""

    billed = True


class Nonsense(ModelFailed):
    """The language model’s answer is not in the form that was asked for."""

    billed = True
