"""Reply memory: what years of exchanges teach — the problems that came back, how each was answered, and how that went."""
