"""What may be quoted: FAQ entries, their passages, questions without an answer."""
