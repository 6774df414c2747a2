"""What was done alone, for a person to say whether it was right."""
