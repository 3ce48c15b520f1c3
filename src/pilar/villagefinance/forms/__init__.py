"""Forms of village finance."""
