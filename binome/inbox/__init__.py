"""Conversations, messages, replies, notes, assignment."""
