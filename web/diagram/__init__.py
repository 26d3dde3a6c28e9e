"""Process diagrams as pictures and as words, with the marks of a case."""
