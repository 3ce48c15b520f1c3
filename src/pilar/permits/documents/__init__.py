"""Files that readers of permits take away."""
