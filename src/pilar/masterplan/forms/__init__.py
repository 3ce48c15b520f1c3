"""Forms of master plans."""
