"""Event logs of cases, conformance with the drawing, and figures of how cases ran."""
