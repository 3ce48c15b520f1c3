"""Pages of village finance."""
