"""How the networks that order and judge answers are trained."""
