"""Moving running cases to another release of their item: looked at first, then one by one, each for a reason."""
