"""Following the log to the closed cases that are to be held, and keeping what was found."""
