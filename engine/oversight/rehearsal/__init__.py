"""Rehearsals: a script is carried out over a throw-away house; what it showed, and what is kept as a test."""
