"""Special procedures, hearings and extensions: what moves the due dates of a case."""
