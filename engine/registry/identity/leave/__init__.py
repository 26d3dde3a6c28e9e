"""Leave: who is absent, and who fills the post meanwhile."""
