"""What may be quoted: entries, sources, and how a question finds its answer."""
