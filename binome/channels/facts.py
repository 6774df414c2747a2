"""What happens to channels and at the gate."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PayloadArrived:
    arrival: int
    channel: int


@dataclass(frozen=True)
class ChannelConnected:
    channel: int
    connector: str


@dataclass(frozen=True)
class ChannelStateChanged:
    channel: int
    state: str
    failure: str = ""


@dataclass(frozen=True)
class SecretShown:
    channel: int
    name: str


@dataclass(frozen=True)
class ThreadHeld:
    thread: int


@dataclass(frozen=True)
class ThreadReleased:
    thread: int


@dataclass(frozen=True)
class DeliverySettled:
    """A line of the ledger reached *state*: sent, failed, unknown or cancelled."""

    delivery: int
    thread: int
    state: str
    failure: str = ""


@dataclass(frozen=True)
class Frozen:
    freeze: int
    channel: int | None


@dataclass(frozen=True)
class Thawed:
    freeze: int
    channel: int | None
