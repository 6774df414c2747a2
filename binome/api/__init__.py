"""JSON for programs, webhooks in and out."""
