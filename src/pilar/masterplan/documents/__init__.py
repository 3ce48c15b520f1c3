"""Files that readers take away from master plans."""
