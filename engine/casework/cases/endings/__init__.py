"""How a case leaves its way from outside."""
