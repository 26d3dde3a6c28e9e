"""The ladders: rules as rows by which the house reminds, copies, takes back, gives cards and orders supervision."""
