"""Results that nobody collects: reminders, and the list of those to chase."""
