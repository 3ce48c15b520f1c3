"""Files that readers can download."""
