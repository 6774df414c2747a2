"""What the AI reads, and how well: figures, agreement with the team, words of the place."""
