"""Urging whoever has a task in hand (催办)."""
