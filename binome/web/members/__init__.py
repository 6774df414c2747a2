"""What a member of the community may ask of those who hold their words: to see them, and to be forgotten."""
