"""How fast Binôme is, beside its peers, on this machine."""
