"""Clocks: the ledger of each deadline of a case, its deadline rows, and the working calendar."""
