"""What formal review may conclude besides 受理 and 不予受理, and what follows from it."""
