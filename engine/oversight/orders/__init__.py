"""Supervision orders: issued on a case, answered by the department, closed by the supervisor."""
