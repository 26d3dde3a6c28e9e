"""Keeping the roll-ups: what each ended case adds, found through the sealed log, one batch in one transaction."""
