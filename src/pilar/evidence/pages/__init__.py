"""Pages of evidence, and the one that checks a signed document."""
