"""退回与撤回: a task goes back to a step before it; a step is taken back by whoever has just done it."""
