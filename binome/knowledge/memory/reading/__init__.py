"""Exports of other tools, each read into the same stream of messages."""
