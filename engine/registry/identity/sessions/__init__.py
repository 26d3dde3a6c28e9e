"""Sessions, and sign-ins that failed."""
