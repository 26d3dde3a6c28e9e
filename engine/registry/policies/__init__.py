"""Policies: every number the standard leaves open, with its source (T117)."""
