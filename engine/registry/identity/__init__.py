"""Who acts: persons, accounts, roles, sessions, tokens; and who may what."""
