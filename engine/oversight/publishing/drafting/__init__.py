"""Drafts: files changed beside what is in force, looked at by another person, and released as one."""
