"""A person's own settings: name, language, appearance, and how they sign in."""
