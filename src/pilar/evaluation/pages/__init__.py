"""The public pages of results, regions and instruments."""
