"""The list of cases as people filter it."""
