"""What is connected, whether it is well, and what is stopped."""
