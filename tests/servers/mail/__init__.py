"""Dovecot and OpenSMTPD."""
