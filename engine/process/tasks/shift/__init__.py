"""The end of a shift: tasks go to a colleague."""
