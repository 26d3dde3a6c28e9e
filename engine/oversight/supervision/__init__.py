"""Supervision: what is near or past due, and the cards given."""
