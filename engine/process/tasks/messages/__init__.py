"""What people write to each other in-house."""
