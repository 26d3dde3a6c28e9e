"""The lead's desk: all joint reviews of a department at once (6.2.2)."""
