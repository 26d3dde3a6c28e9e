"""What a person, and the people of a department, hold up."""
