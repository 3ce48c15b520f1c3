"""Measured figures of a region (data terukur): what is measured, by which source, and the values, append-only."""
