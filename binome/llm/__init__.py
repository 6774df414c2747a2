"""Language models behind one protocol: providers, budget, redaction, record and replay. None is needed, none is built in."""
