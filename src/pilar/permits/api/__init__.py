"""Permits as JSON."""
