"""Departments and windows of the centre."""
