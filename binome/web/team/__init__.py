"""Who works here, with which role, and who is invited."""
