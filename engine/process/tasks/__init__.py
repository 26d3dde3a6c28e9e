"""Tasks: what waits for a person, who holds it, and the process moved by completing it."""
