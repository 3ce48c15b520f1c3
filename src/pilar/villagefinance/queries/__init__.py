"""Reads of the books and of sums over them."""
