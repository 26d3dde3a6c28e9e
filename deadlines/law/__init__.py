"""The law of time: working calendar, meter and ladder.  Pure rules; nothing here reads a clock or a database."""
