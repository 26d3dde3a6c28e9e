"""Query codes by which an applicant follows a case."""
