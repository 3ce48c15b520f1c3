"""Bank statements: their one shape, reading them from files, and reconciling them with the books."""
