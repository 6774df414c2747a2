"""Suggestions and hand-over: what the AI proposes, does, or leaves to a person."""
