"""What becomes of a card: appeal, decision, cancellation."""
