"""Changes to SpiffWorkflow 3.2, by subclass and never by patching: each module tells the fault it cures."""
