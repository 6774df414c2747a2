"""Screens, one subpackage each."""
