"""Who holds which paper: differences between slip and count, refused handovers, and the custody of each original."""
