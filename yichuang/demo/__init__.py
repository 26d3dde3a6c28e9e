"""Peers for the demonstration and the tests; production refuses them."""
