"""Free delivery by post: the order to the courier, its track, and what the signature means (6.3.3)."""
