"""First run: the owner and the first workspace."""
