"""What readers of permits are shown."""
