"""Forms of hospital visits."""
