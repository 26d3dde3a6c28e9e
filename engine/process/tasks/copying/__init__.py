"""Read-only copies of a case, sent to people who may see it (抄送)."""
