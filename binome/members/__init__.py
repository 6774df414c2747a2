"""People of the community and their identities."""
