"""Standstills: the clocks of many cases stand still by one approved document, and go on by another act."""
