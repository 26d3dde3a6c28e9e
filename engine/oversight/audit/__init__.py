"""Audit: the journal of a case, re-execution from it, and the invariants that must always hold."""
