"""What is asked at the counter, and of the departments."""
