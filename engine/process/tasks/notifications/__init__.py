"""What the people of a role are told in-house."""
