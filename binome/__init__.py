"""Binôme: the AI teammate of a community manager."""
