"""Tenants, roles, invitations."""
