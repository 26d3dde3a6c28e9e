"""Plain timers of processes: rows the sweep looks up, and the command that lets them ring."""
