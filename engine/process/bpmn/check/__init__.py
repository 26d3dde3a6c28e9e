"""Rules for process files, grouped by what they look at."""
