"""What may be said: entries, questions without an answer, files in and out."""
