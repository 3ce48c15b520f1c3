"""Forms of permits."""
