"""The present instant, for plug-ins: tests can stop it."""

from binome.kit.clock import now, stopped_at

__all__ = ["now", "stopped_at"]
