"""Short messages to applicants, sent through a messenger outside."""
