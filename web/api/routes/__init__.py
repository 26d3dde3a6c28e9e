"""What may be asked of the API, desk by desk."""
