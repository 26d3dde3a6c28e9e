"""Which way a result goes to its applicant, and what follows when it did not arrive."""
