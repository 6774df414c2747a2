"""Runs the stages and keeps their annotations."""
