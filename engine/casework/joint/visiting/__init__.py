"""联合踏勘: several departments look at the same place on one day, by one notice to the applicant."""
