"""联办件: several departments give their opinions in parallel, the lead department concludes."""
