"""The append-only log of facts: audit trail, listeners, live updates."""
