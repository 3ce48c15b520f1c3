"""Pages of master plans."""
