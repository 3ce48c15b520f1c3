"""Reads of hospital visits."""
