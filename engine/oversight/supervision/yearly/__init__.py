"""What the calendar does to the cases of each department."""
