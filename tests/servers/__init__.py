"""Real servers for the connectors, started and stopped by the tests."""
