"""Files that readers take away, made from the rows of queries."""
