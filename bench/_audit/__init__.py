"""Parts of the audit's bench."""
