"""Rehearsals carried out: a throw-away house, its people, and a script walked through it."""
