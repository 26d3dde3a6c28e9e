"""The journal: every change is a line, chained by hash within its root."""
