"""Where a case comes from: who brought it, by which way, and what of it is known from before."""
