"""What the API's JSON looks like: each schema next to the function that writes it."""
