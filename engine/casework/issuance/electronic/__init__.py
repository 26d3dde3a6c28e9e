"""Electronic delivery: a one-time link with a query code, delivered only when it was read."""
