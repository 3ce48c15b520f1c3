"""Rows drawn at random for scenarios, the same for a seed at every start; too many to stand in files."""
