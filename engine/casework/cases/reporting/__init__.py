"""Cases that a higher authority decides."""
