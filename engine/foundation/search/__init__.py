"""Full text over cases, applicants and guides: any part of a text is found, one Chinese character as well as ten."""
