"""Photographs from a telephone: a one-time link beside an upload field, and what comes in by it."""
