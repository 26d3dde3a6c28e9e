"""Releases: what a case pins at receipt, each part by its digest."""
