"""Pages of hospital visits."""
