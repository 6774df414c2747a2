"""The PostgreSQL that comes with Binôme, for installations that have no other."""
