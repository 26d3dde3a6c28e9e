"""Archive: collating by the window, filing by the department, the decision what is kept."""
