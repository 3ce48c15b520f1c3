"""Documents and files of permits to download."""
