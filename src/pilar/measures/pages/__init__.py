"""The pages of measured figures."""
