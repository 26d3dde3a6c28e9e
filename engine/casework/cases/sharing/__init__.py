"""Materials of a case that another department may see."""
