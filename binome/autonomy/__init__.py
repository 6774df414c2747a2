"""Lanes, verdicts, audits: how far the AI may go alone."""
