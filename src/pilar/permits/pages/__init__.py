"""Pages of permits, below /perizinan/."""
