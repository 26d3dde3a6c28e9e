"""What finds a case and its applicant."""
