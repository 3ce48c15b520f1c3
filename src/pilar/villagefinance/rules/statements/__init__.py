"""Statements of a bank: their one shape, how files become it, and what stands between them and the books."""
