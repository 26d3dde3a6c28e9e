"""Applicants who broke a promise, and may not promise again for a while."""
