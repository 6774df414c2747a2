"""Which team to work in, and coming into one by an invitation."""
