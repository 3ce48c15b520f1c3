"""Reads of the books and of what they come to."""
