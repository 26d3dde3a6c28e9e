"""The catalogue of service items: versions of each item's implementation list."""
