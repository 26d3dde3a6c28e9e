"""Figures of ended cases, counted once and kept: what a page of a whole year reads."""
