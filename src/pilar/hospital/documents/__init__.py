"""Downloads, made from the rows of queries."""
