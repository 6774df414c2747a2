"""The chat that a website carries: what its visitors see, and the few addresses that it calls."""
