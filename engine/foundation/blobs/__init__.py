"""Files: content-addressed, written before the unit, referenced in it; orphans are swept."""
