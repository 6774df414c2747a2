"""Playground: a platform that lives in memory: demonstration, reference, test double."""
