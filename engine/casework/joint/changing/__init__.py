"""Branches that are added or left out while others decide, with reason and approval (6.2.2)."""
