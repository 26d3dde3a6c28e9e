"""What a case gathers on its way."""
