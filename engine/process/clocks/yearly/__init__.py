"""A year is published, a day is closed: versions of the calendar, and the clocks counted again."""
