"""催办: a department is reminded of its branch, each time with a trace (6.2.2)."""
