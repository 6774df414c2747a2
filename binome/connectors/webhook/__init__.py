"""Webhook: any program, by signed requests in both directions."""
