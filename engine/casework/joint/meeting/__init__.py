"""会商: the lead department calls those who are asked together, and minutes say who came and what was agreed."""
