"""Unified issuance: making the result, handing it over, giving it out, telling the department."""
