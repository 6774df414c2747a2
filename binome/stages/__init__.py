"""One file per step of understanding; they do not know each other."""
