"""Reference data of permits as the files hold it."""
