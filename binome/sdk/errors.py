"""The seven ways in which a platform can fail us; `channels` decides the consequence of each, once."""


class ConnectorError(Exception):
    """The platform did not do what was asked."""


class AccessExpired(ConnectorError):
    """The access must be renewed before anything else."""


class AccessRevoked(ConnectorError):
    """The platform no longer lets us in: someone must connect the channel again."""


class RateLimited(ConnectorError):
    """The platform asks us to wait."""

    def __init__(self, message: str = "", *, after: float = 60.0) -> None:
        super().__init__(message or self.__doc__)
        self.after = after
        """Seconds to wait."""


class Unavailable(ConnectorError):
    """The platform did not answer, and nothing was changed there."""


class Rejected(ConnectorError):
    """The platform refused this for good; trying again would change nothing."""


class OutcomeUnknown(ConnectorError):
    """The request left, no clear answer came: it may have been done."""


class Malformed(ConnectorError):
    """What arrived is not in the form that the platform documents."""


class Forged(ConnectorError):
    """The request does not carry the proof that it comes from the platform."""
